import type { Style } from '../../../contract/declare/style.ts';

/** Chosen fields for people: a list's rows as a table, other data as lines. */
export const fieldsText = (data: unknown, style: Style): string => {
  if (typeof data !== 'object' || data === null) return cell(data);
  const rows = 'items' in data && Array.isArray(data.items) ? (data.items as unknown[]).map(flat) : null;
  if (rows === null) return style.facts(flat(data));
  const head = [...new Set(rows.flatMap((row) => row.map(([path]) => path)))];
  return style.table(
    head,
    rows.map((row) => head.map((path) => row.find(([own]) => own === path)?.[1] ?? '')),
  );
};

const cell = (value: unknown): string => (value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value));

/** Nested values as paths: `{ ssh: { host } }` → `[['ssh.host', …]]`. */
const flat = (value: unknown): [string, string][] =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? [['value', cell(value)]]
    : Object.entries(value).flatMap(([key, member]): [string, string][] =>
        typeof member === 'object' && member !== null && !Array.isArray(member)
          ? flat(member).map(([path, text]) => [`${key}.${path}`, text])
          : [[key, cell(member)]],
      );
