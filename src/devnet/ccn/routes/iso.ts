/** Seconds to the microsecond, as the server's database keeps them. */
export const micro = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** Seconds as the server writes times: microseconds unless they are nought. */
export const isoMicro = (seconds: number, zone = 'Z'): string => {
  const total = Math.round(seconds * 1e6);
  const whole = Math.floor(total / 1e6);
  const fraction = total - whole * 1e6;
  const date = new Date(whole * 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${date}${zone}` : `${date}.${String(fraction).padStart(6, '0')}${zone}`;
};
