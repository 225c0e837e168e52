/** Country codes that are sold as words, and say nothing of a place. */
const words: ReadonlySet<string> = new Set([
  'ai',
  'cc',
  'co',
  'fm',
  'gg',
  'im',
  'io',
  'is',
  'la',
  'ly',
  'me',
  'sh',
  'so',
  'to',
  'tv',
  'ws',
  'xyz',
]);

/**
 * Where a node is as far as its address tells: the country code (or `eu`) that its host name ends with. No list of the network says
 * more, and an operator may name a host as they please; null, which is usual, where it says nothing.
 */
export const regionOf = (url: string): string | null => {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const ending = /\.([a-z]{2})$/.exec(host)?.[1];
  return ending === undefined || words.has(ending) ? null : ending;
};
