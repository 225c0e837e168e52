import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/surfaces/cli/parse/parse-line.ts';
import { wordsOf } from '../../support/binary.ts';
import { manifest } from '../../support/hint.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/safe.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text.trim().split('\n'));

describe('docs/safe.md', () => {
  it('sets a safe up in six commands', () => expect(blocks[0]).toHaveLength(6));

  it.each(blocks.flat().flatMap((line) => /aleph-agent (.*)/.exec(line)?.[1] ?? []))('%s is a line of the program', async (line) => {
    expect(parseLine(await manifest, '1.2.0', wordsOf(line), {}).kind).toBe('selection');
  });

  it('names only commands that there are', async () => {
    const named = [...page.matchAll(/`(?:aleph-agent )?((?:agents|gc|vm|approvals|policy) [a-z]+)[^`]*`/g)].map(([, name = '']) => name);
    const { commands } = await manifest;
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !commands.some((command) => command.name === name || command.name.startsWith(`${name} `)))).toEqual([]);
  });
});
