import { describe, expect, it } from 'vitest';
import { registry } from '../../../../src/commands/index.ts';
import { cli } from '../../../support/cli-world.ts';

const answer = async (line: string) => {
  const error = (await cli(`${line} --json`)).json().error;
  return { ...error, nearest: (error['facts'] as { nearest: string[] }).nearest };
};

describe('a command in other words (conventions.md §7)', () => {
  it.each([
    ['balance', 'credits balance'],
    ['vm terminate web', 'vm destroy'],
    ['vm remove web', 'vm destroy'],
    ['vm kill web', 'vm destroy'],
    ['vm describe web', 'vm show'],
    ['vm info web', 'vm show'],
    ['vm inspect web', 'vm show'],
    ['vm status web', 'vm show'],
    ['vm new', 'vm create'],
    ['vm launch', 'vm create'],
    ['vm run', 'vm create'],
    ['vm start-new', 'vm create'],
    ['vm scp a b', 'vm cp'],
    ['vm copy a b', 'vm cp'],
    ['vm port remove ci 80', 'vm port rm'],
    ['instances list', 'vm ls'],
    ['create key', 'keys create'],
    ['vm destory ci', 'vm destroy'],
  ])('%s: %s', async (line, command) => {
    expect(await answer(line)).toMatchObject({ code: 'USAGE', fix: { command: `aleph-agent ${command} --help` } });
  });

  it('never answers a word that reads with one that changes', async () => {
    const reading = new Set<string>();
    for (const { name, load } of registry) if ((await load()).default.safety === 'read') reading.add(name);
    for (const word of ['describe', 'info', 'inspect', 'status', 'details', 'view', 'list-all', 'ps']) {
      const { nearest } = await answer(`vm ${word} web`);
      expect(nearest, word).not.toContain('vm destroy');
      if (word !== 'list-all')
        expect(
          nearest.filter((name) => !reading.has(name)),
          word,
        ).toEqual([]);
    }
  });
});

describe('a flag in other words', () => {
  const message = async (line: string) => (await cli(line, { environment: { ALEPH_AGENT_OUTPUT: 'json' } })).json().error;

  it.each([
    ['vm destroy ci --force', '--yes'],
    ['vm ls -o json', '--json'],
    ['vm ls --output json', '--json'],
    ['vm ls --output=json', '--json'],
  ])('%s: %s', async (line, flag) => {
    const error = await message(line);
    expect(error).toMatchObject({ code: 'USAGE', exit: 2 });
    expect(error['message']).toContain(`(nearest: ${flag}`);
  });

  it('of the command in a VM belongs after --', async () => {
    expect((await message('vm exec ci ls -la'))['message']).toContain('come after --');
  });
});
