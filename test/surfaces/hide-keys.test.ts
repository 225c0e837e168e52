import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/domain/failure/failure.ts';
import { hideKeys, withoutKeys } from '../../src/surfaces/hide-keys.ts';
import { parseInput } from '../../src/surfaces/parse-input.ts';
import { boxCommands, cli, planOf, registered } from '../support/cli-world.ts';

const key = 'facade5ec2e7'.repeat(6).slice(0, 64);
const commands = registered(boxCommands(planOf()));

describe('a private key typed at a wrong place (product.md §7.9)', () => {
  it.each([
    ['box open red --size', key],
    ['box open red --size', `0x${key}`],
    ['box open red --size', `0x${key.toUpperCase()}`],
    [`box open red ${key}`, 'more'],
    ['box', key],
    ['', `0x${key}`],
    ['box ls', `--key=0x${key}`],
    ['box ls', `--${key}`],
    ['box ls --format', key],
    ['box ls --fields', `0x${key}`],
    ['box ls --timeout', key],
  ])('%s <key> is answered without it', async (line, typed) => {
    const words = [...line.split(' ').filter((word) => word !== ''), typed];
    for (const mode of [['--json'], []]) {
      const run = await cli([...mode, ...words], { commands });
      expect(run.exit).toBe(2);
      expect((run.stdout + run.stderr).toLowerCase()).not.toContain(key.slice(0, 16));
      expect(run.stdout + run.stderr).toContain('(hidden: it looks like a private key)');
    }
  });

  it('is in no failure of any surface that parses an input', () => {
    const [open] = boxCommands(planOf());
    const parse = (): unknown => parseInput(open!, { name: 'red', size: `0x${key}`, [key]: 1 });
    expect(parse).toThrow(Failure);
    try {
      parse();
    } catch (thrown) {
      expect(JSON.stringify([(thrown as Failure).message, (thrown as Failure).details])).not.toContain(key.slice(0, 16));
    }
  });

  it('stays where a hash of a message may stand, and an address stays everywhere', () => {
    const address = `0x${key.slice(0, 40)}`;
    expect(hideKeys(`the account ${address}`)).toBe(`the account ${address}`);
    const lost = new Failure('VM_NOT_FOUND', `There is no VM called "${key}".`);
    expect(withoutKeys(lost)).toBe(lost);
    expect(withoutKeys(new Failure('KEY_NOT_FOUND', `There is no key "${key}".`)).message).not.toContain(key);
  });
});
