import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Manifest } from '../../src/contract/manifest.ts';
import { parseLine } from '../../src/surfaces/cli/parse-line.ts';
import { wordsOf } from './binary.ts';

const built = resolve(import.meta.dirname, '../../dist/manifest.json');

/** Parses a printed command with the real parser against what was built; throws where its command or a flag does not exist. */
export const dryParse = (command: string): void => {
  const [program, ...argv] = wordsOf(command);
  if (program !== 'aleph-agent') throw new Error(`"${command}" does not begin with aleph-agent`);
  parseLine(JSON.parse(readFileSync(built, 'utf8')) as Manifest, '0.0.0', argv, {});
};
