/** A value as text, alike where the values are. */
export const printed = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part));

/** The same of a list whose order says nothing. */
export const printedInAnyOrder = (values: readonly unknown[]): string => values.map(printed).sort().join();
