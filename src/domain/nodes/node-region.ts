/** Country-code domains that are sold for their sound and say nothing of a place. */
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
 * The country code (or `eu`) at the end of a node's host name; null, which is usual, where it has none. No list of the network has regions,
 * and an operator may choose any host name.
 */
export const regionOf = (url: string): string | null => {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  const ending = /\.([a-z]{2})$/.exec(host)?.[1];
  return ending === undefined || words.has(ending) ? null : ending;
};

/** Made with the first name that is shown: most calls show none. */
let countries: Intl.DisplayNames | null = null;

/** The country's name, by what `regionOf` returned. */
export const countryOf = (region: string): string => {
  countries ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' });
  return countries.of(region.toUpperCase()) ?? region;
};
