import type { Manifest } from '../../../contract/declare/manifest.ts';
import type { McpDoor } from '../../mcp-door.ts';
import { parseLine } from './parse-line.ts';

/** A suggested line as command and inputs; null for help, and for words in quotes. */
export const parsedCall = (manifest: Manifest, version: string, line: string): ReturnType<McpDoor['parse']> => {
  const [program, ...words] = line.split(' ');
  if (program !== 'aleph-agent' || line.includes("'")) return null;
  try {
    const parsed = parseLine(manifest, version, words, {});
    if (parsed.kind !== 'selection') return null;
    const { command, raw, dryRun } = parsed.selection;
    return { command: command.name, input: { ...raw, ...(dryRun ? { dryRun } : {}) } };
  } catch {
    return null;
  }
};
