import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../../src/surfaces/cli/parse/parse-line.ts';
import { wordsOf } from '../../../support/binary.ts';
import { manifest } from '../../../support/hint.ts';

const parsed = async (line: string) => {
  const found = parseLine(await manifest, '1.2.0', wordsOf(line), {});
  if (found.kind !== 'selection') throw new Error(`${line} is ${found.kind}`);
  const { command, raw, globals, dryRun } = found.selection;
  return { name: command.name, raw, globals, dryRun };
};

describe('a verb of a command that stands alone, too', () => {
  it.each(['serve install --listen [::1]:8443 --dry-run --json', '--json serve install --dry-run --listen=[::1]:8443'])(
    'has the flags that both have: %s',
    async (line) => {
      expect(await parsed(line)).toEqual({
        name: 'serve install',
        raw: { listen: '[::1]:8443' },
        globals: expect.objectContaining({ json: true }),
        dryRun: true,
      });
    },
  );

  it('has none of the other’s', async () => {
    await expect(parsed('serve status --listen [::1]:8443')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('aleph-agent serve status has no flag --listen'),
    });
    await expect(parsed('gc status --execute')).rejects.toMatchObject({ code: 'USAGE' });
    expect(await parsed('gc --execute')).toMatchObject({ name: 'gc', raw: { execute: true } });
  });
});
