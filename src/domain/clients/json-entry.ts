import { applyEdits, type FormattingOptions, findNodeAtLocation, getNodeValue, modify, type ParseError, parseTree } from 'jsonc-parser';
import type { Edited } from './edited.ts';

/** Sets an entry in JSON with comments; everything else stays as it is, to the byte. `text` null: there is no file. */
export const withJsonEntry = (text: string | null, place: readonly string[], entry: object): Edited => {
  if (text === null || text.trim() === '') {
    const whole = place.reduceRight<unknown>((inner, key) => ({ [key]: inner }), entry);
    return { kind: 'changed', text: `${JSON.stringify(whole, null, 2)}\n` };
  }
  const found = entryIn(text, place);
  if (found === 'unreadable') return { kind: 'unreadable' };
  if (found !== undefined) return { kind: JSON.stringify(found) === JSON.stringify(entry) ? 'same' : 'other' };
  const edits = modify(text, [...place], entry, { formattingOptions: manners(text) });
  return { kind: 'changed', text: applyEdits(text, edits) };
};

/** Takes the entry out again; whatever was added beside it since stays. */
export const withoutJsonEntry = (text: string, place: readonly string[]): Edited => {
  const found = entryIn(text, place);
  if (found === 'unreadable') return { kind: 'unreadable' };
  if (found === undefined) return { kind: 'same' };
  const edits = modify(text, [...place], undefined, { formattingOptions: manners(text) });
  return { kind: 'changed', text: applyEdits(text, edits) };
};

/** undefined: there is no entry. */
const entryIn = (text: string, place: readonly string[]): unknown => {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || tree?.type !== 'object') return 'unreadable';
  const above = place.slice(0, -1).map((_, at) => findNodeAtLocation(tree, place.slice(0, at + 1)));
  if (above.some((node) => node !== undefined && node.type !== 'object')) return 'unreadable';
  const node = findNodeAtLocation(tree, [...place]);
  return node === undefined ? undefined : getNodeValue(node);
};

/** Indents and breaks lines as the file does. */
const manners = (text: string): FormattingOptions => {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  const tabs = indent.startsWith('\t');
  return { insertSpaces: !tabs, tabSize: tabs ? 1 : indent.length, eol: text.includes('\r\n') ? '\r\n' : '\n' };
};
