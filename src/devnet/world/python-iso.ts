const shape = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

/** Reads what Python's datetime reads from a string: ms, `naive` when no zone is given (comparing such a time raises there), null when it is no time. */
export const pythonIso = (text: string): { ms: number; naive: boolean } | null => {
  const match = shape.exec(text);
  if (match === null) return null;
  const [, date, time = '00:00', zone] = match;
  const offset = zone === undefined || /^z$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2}):?(\d{2})?$/, (_, h, m) => `${h}:${m ?? '00'}`);
  const ms = Date.parse(`${date}T${time.replace(',', '.')}${offset}`);
  return Number.isNaN(ms) ? null : { ms, naive: zone === undefined };
};
