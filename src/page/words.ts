/** Durations as `3 h 20 m`; negative ones are over. */
export const lasting = (seconds: number): string => {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${rest} m` : `${rest} m`;
};

/** How far the program's clock is ahead of the browser's, ms: a devnet has a clock of its own. */
let ahead = 0;

/** Figures that were read just now say what time it is for the program. */
export const readAt = (instant: string): void => {
  const off = Date.parse(instant) - Date.now();
  ahead = Math.abs(off) < 120_000 ? 0 : off;
};

/** Milliseconds since the epoch, by the program's clock. */
export const now = (): number => Date.now() + ahead;

/** When it is, as far from now as that. */
export const until = (instant: string): string => {
  const seconds = (Date.parse(instant) - now()) / 1000;
  return seconds < 0 ? `${lasting(seconds)} ago` : `in ${lasting(seconds)}`;
};

/** In the reader's own time zone, which the title of the page's times says. */
export const moment = (instant: string): string =>
  new Date(instant).toLocaleString(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });

export const short = (text: string, most = 13): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Others' words: on one line and no longer than a line. */
export const foreignLine = (text: string): string => short(text.replace(/\s+/g, ' ').trim(), 160);

/** USD that a VM may cost from now to its end. A figure to look at, not to reckon with. */
export const usdUntilEnd = ({ usdPerHour, expiresAt }: { usdPerHour: string; expiresAt: string }): string =>
  ((Number(usdPerHour) * Math.max(0, Date.parse(expiresAt) - now())) / 3_600_000).toFixed(4);

/** What was typed, as a number where it is one: whoever takes it says what is wrong with any other. */
export const asNumber = (typed: string): number | string => (typed.trim() !== '' && Number.isFinite(Number(typed)) ? Number(typed) : typed);

/** A share of a limit, 0 to 1; a limit of nothing is used up. */
export const shareOf = (used: number, limit: number): number => (limit <= 0 ? 1 : Math.min(1, Math.max(0, used / limit)));
