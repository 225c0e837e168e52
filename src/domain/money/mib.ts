/** MiB in a unit of memory or disk, by its first letter. */
const mibIn: Readonly<Record<string, number>> = { m: 1, g: 1024, t: 1_048_576 };

/** `4GiB`, `4G`, `4096MiB`, `1.5TiB`, or a number of MiB. Not GB, which counts in thousands and is no whole number of MiB. */
export const mibPattern = /^(\d{1,9})$|^(\d{1,9}(?:\.\d{1,3})?)([MGTmgt])(?:i(?:B|b)?)?$/;

/** What `mibPattern` matches in MiB; null for anything else, and for what is no whole number of MiB. */
export const parseMib = (text: string): number | null => {
  const match = mibPattern.exec(text);
  if (match === null) return null;
  const mib = match[1] === undefined ? Number(match[2]) * (mibIn[(match[3] ?? '').toLowerCase()] ?? 0) : Number(match[1]);
  return Number.isInteger(mib) ? mib : null;
};

/** MiB for people: `2 GiB`, `1.5 GiB`, `512 MiB`; never more than there is. */
export const gibText = (mib: number): string => (mib < 1024 ? `${mib} MiB` : `${Math.floor((mib / 1024) * 10) / 10} GiB`);
