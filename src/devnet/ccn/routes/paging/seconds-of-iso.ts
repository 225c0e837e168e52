/** Seconds, to the microsecond, of a time that the server wrote; null for what is none. */
export const secondsOfIso = (text: unknown): number | null => {
  const [, whole, fraction = '', zone = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)?$/.exec(String(text)) ?? [];
  const ms = Date.parse(`${whole}${zone === '' ? 'Z' : zone}`);
  return whole === undefined || Number.isNaN(ms) ? null : Number(`${ms / 1000}.${fraction.padEnd(6, '0')}`);
};
