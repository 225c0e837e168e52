import { fence } from '../../../contract/declare/fence.ts';
import type { Style } from '../../../contract/declare/style.ts';
import { cleanUntrusted } from '../../../domain/text/untrusted.ts';
import { alignColumns } from './align-columns.ts';

const same = (text: string): string => text;

/** The style for pipes: no colour and no cut; columns are two spaces apart. */
export const plainStyle = (mark: string): Style => ({
  width: 0,
  bold: same,
  dim: same,
  good: same,
  bad: same,
  warn: same,
  table: (head, rows) => (rows.length === 0 ? '' : columns([head, ...rows])),
  facts: (pairs) => columns(pairs.map(([label, value]) => [`${label}:`, value])),
  fenced: (text) => fenced(text, mark),
});

/** Other people's text between two lines with a mark that the text cannot know. */
export const fenced = (text: string, mark: string): string => {
  const { open, close } = fence(mark);
  return `${open}\n${cleanUntrusted(text).replace(/\n$/, '')}\n${close}`;
};

const columns = (rows: readonly (readonly string[])[]): string => alignColumns(rows).join('\n');
