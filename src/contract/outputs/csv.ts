type Cell = string | number | boolean | null;

/** Marks a text that a spreadsheet would take for a formula. Amounts, which may be negative, are left as they are. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text);

const cell = (value: Cell): string => {
  const text = value === null ? '' : harmless(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Comma-separated values (RFC 4180, but with plain newlines): a head, then one line for each row. An unknown value is empty. */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
