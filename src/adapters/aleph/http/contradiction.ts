/** What a figure is called, when two hosts give it alike, and how what one gives is told. */
export interface Told<Value> {
  /** As in "about prices". */
  about: string;
  /** Two values are alike where these are. */
  print(value: Value): string;
  says(value: Value): string;
}

const nameOf = (url: string): string => new URL(url).host;

/** In words: a host's word that comes after others have settled the matter in another way. */
export const contradiction = (
  about: string,
  one: { host: string; says: string },
  settled: { by: readonly string[]; says: string },
): string => {
  const [they, say] = settled.by.length === 1 ? ['it', 'says'] : ['they', 'say'];
  const whom = settled.by.map(nameOf).join(' and ');
  const told = `${one.says}, where ${they} ${say} ${settled.says}`;
  return `CCN host ${nameOf(one.host)} contradicts ${whom} about ${about}: ${told}. What ${they} ${say} counts.`;
};
