/** Whole seconds and microseconds; the fraction is taken off first, or a double has no room for its last digit. */
const split = (seconds: number): { whole: number; micros: number } => {
  const whole = Math.floor(seconds);
  const micros = Math.round((seconds - whole) * 1e6);
  return micros === 1e6 ? { whole: whole + 1, micros: 0 } : { whole, micros };
};

/** Seconds to the microsecond, as the server's database keeps them. */
export const micro = (seconds: number): number => {
  const { whole, micros } = split(seconds);
  return Number(`${whole}.${String(micros).padStart(6, '0')}`);
};

/** Seconds as the server writes times: microseconds unless they are nought. */
export const isoMicro = (seconds: number, zone = 'Z'): string => {
  const { whole, micros } = split(seconds);
  const date = new Date(whole * 1000).toISOString().slice(0, 19);
  return micros === 0 ? `${date}${zone}` : `${date}.${String(micros).padStart(6, '0')}${zone}`;
};
