const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

const dayMs = 86_400_000;

/** Milliseconds since the epoch to RFC 3339 in UTC; milliseconds are written only where there are some. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** For libraries that take no number. */
export const dateOf = (ms: number): Date => new Date(ms);

/** What OpenSSL writes for a certificate's time, `Dec  1 07:44:50 2026 GMT`, to milliseconds since the epoch. */
export const parseOpenSslTime = (text: string): number => Date.parse(text);

/** Is the value a number that stands for a time? */
export const isInstant = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(new Date(value).getTime());

const offsetMs = (zone: string): number | null => {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};

/** RFC 3339 to milliseconds since the epoch, cut to whole ms. null for anything else: no zone, no such day, a leap second. */
export const parseInstant = (text: string): number | null => {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const offset = offsetMs(match[8]!);
  if (offset === null || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const fraction = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset;
};

/** The start of the UTC day that holds this instant, ms. */
export const utcDayStart = (ms: number): number => Math.floor(ms / dayMs) * dayMs;
