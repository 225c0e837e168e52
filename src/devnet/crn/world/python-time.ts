/** `str(datetime)` of Python in UTC: `2026-07-30 10:11:12.345678+00:00`; the fraction is left out when it is zero. */
export const pythonTime = (ms: number): string => {
  const whole = Math.floor(ms);
  const [date, time] = new Date(whole).toISOString().split('T') as [string, string];
  const fraction = whole % 1000 === 0 ? '' : `.${String(whole % 1000).padStart(3, '0')}000`;
  return `${date} ${time.slice(0, 8)}${fraction}+00:00`;
};

/** The same where it may be missing. */
export const pythonTimeOrNull = (ms: number | null): string | null => (ms === null ? null : pythonTime(ms));
