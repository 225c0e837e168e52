import { parse, stringify, type TomlTable } from 'smol-toml';
import type { Edited } from './edited.ts';

/** Adds a table at the end of TOML; what is there stays as it is, to the byte. `text` null: there is no file. */
export const withTomlEntry = (text: string | null, place: readonly string[], entry: object): Edited => {
  const table = `[${place.map(bare).join('.')}]\n${stringify(entry as TomlTable)}`;
  if (text === null || text.trim() === '') return { kind: 'changed', text: `${table.trimEnd()}\n` };
  const found = entryIn(text, place);
  if (found === 'unreadable') return { kind: 'unreadable' };
  if (found !== undefined) return { kind: JSON.stringify(found) === JSON.stringify(entry) ? 'same' : 'other' };
  const changed = `${text}${text.endsWith('\n') ? '' : '\n'}\n${table.trimEnd()}\n`;
  // where the tables above are written in a way that takes no further one, the file is left alone
  return entryIn(changed, place) === 'unreadable' ? { kind: 'unreadable' } : { kind: 'changed', text: changed };
};

/** Takes the table out again, and the tables below it. */
export const withoutTomlEntry = (text: string, place: readonly string[]): Edited => {
  const found = entryIn(text, place);
  if (found === 'unreadable') return { kind: 'unreadable' };
  if (found === undefined) return { kind: 'same' };
  const name = place.map(bare).join('.');
  const kept: string[] = [];
  let inside = false;
  for (const line of text.split(/(?<=\n)/)) {
    const header = /^\s*\[\[?\s*([^\]]+?)\s*\]\]?/.exec(line)?.[1];
    if (header !== undefined) inside = header === name || header.startsWith(`${name}.`);
    if (!inside) kept.push(line);
  }
  const changed = kept.join('').replace(/\n\n$/, '\n');
  return entryIn(changed, place) === undefined ? { kind: 'changed', text: changed } : { kind: 'unreadable' };
};

const bare = (key: string): string => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

/** undefined: there is no entry. */
const entryIn = (text: string, place: readonly string[]): unknown => {
  let inner: unknown;
  try {
    inner = parse(text);
  } catch {
    return 'unreadable';
  }
  for (const key of place) {
    if (inner === undefined) return undefined;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return 'unreadable';
    inner = (inner as Record<string, unknown>)[key];
  }
  return inner;
};
