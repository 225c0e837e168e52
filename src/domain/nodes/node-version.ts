/** The numbers of a dotted version without its suffix (`-rc1`, `+dev`); empty for a text that is no version. */
const numbersOf = (version: string): number[] =>
  (/^v?(\d+(?:\.\d+)*)/i.exec(version)?.[1] ?? '')
    .split('.')
    .filter((part) => part !== '')
    .map(Number);

/** Is a node's version older than the oldest that the network accepts? null where either is unknown or unreadable. */
export const isOlder = (version: string | null, minimum: string | null): boolean | null => {
  const [own, least] = [numbersOf(version ?? ''), numbersOf(minimum ?? '')];
  if (own.length === 0 || least.length === 0) return null;
  for (let at = 0; at < Math.max(own.length, least.length); at += 1) {
    const difference = (own[at] ?? 0) - (least[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
};
