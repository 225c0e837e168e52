type Cell = string | number | boolean | null;

/** What a spreadsheet would take for a formula is marked as text; amounts, which may be negative, are none. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text);

const cell = (value: Cell): string => {
  const text = value === null ? '' : harmless(String(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Comma-separated values (RFC 4180, with plain newlines): a head, and a line a row. Unknown is empty. */
export const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
