import { describe, expect, it } from 'vitest';
import { registry } from '../../../../src/commands/index.ts';
import type { AnyCommand } from '../../../../src/contract/declare/command.ts';
import { inputSchemaOf } from '../../../../src/contract/declare/describe.ts';
import { registeredCommand } from '../../../../src/contract/declare/registry.ts';
import { parseInput } from '../../../../src/surfaces/parse-input.ts';
import { boxCommands, cli, planOf, registered } from '../../../support/cli-world.ts';

const box = registered(boxCommands(planOf()));
const message = async (line: string, commands = box): Promise<unknown> =>
  (await cli(`${line} --json`, { commands })).json().error['message'];

describe('suggestions (conventions.md §7)', () => {
  it('answers an unknown verb with the nearest three', async () => {
    expect(await message('box opne')).toBe('There is no command "box opne". Nearest: box open, box lie, box ls.');
  });

  it('finds the words in another order', async () => {
    expect(await message('open box')).toBe('There is no command "open". Nearest: box open, box lie, box ls.');
  });

  it('finds commands of the registry', async () => {
    const run = await cli('credits blance --json');
    expect(run.json().error).toMatchObject({ code: 'USAGE', exit: 2, fix: { command: 'aleph-agent credits balance --help' } });
  });

  it('I-14 a group without a verb shows its verbs', async () => {
    const commands = registered(boxCommands(planOf()));
    expect(await cli('box', { commands })).toMatchObject({
      exit: 0,
      stdout: expect.stringMatching(/^aleph-agent box:\n\n {2}box open .*\n {2}box ls /),
    });
    expect((await cli('box --json', { commands })).json()).toMatchObject({ ok: true, data: { text: expect.stringContaining('box open') } });
  });

  it('knows names of three words, beside other words for a verb', async () => {
    const [, ls] = boxCommands(planOf()) as [AnyCommand, AnyCommand];
    const commands = registered([
      ...boxCommands(planOf()),
      { ...ls, name: 'box lid ls' } as AnyCommand,
      { ...ls, name: 'box lid rm' } as AnyCommand,
    ]);
    expect((await cli('box lid list --json', { commands })).json().schema).toBe('box.lid.ls@1');
    expect((await cli('box lid rm --json', { commands })).json().schema).toBe('box.lid.rm@1');
    expect(await message('box lid rm --fulll', commands)).toContain('aleph-agent box lid rm has no flag --fulll');
    expect((await cli('box lid', { commands })).stdout).toMatch(/^aleph-agent box lid:\n\n {2}box lid ls /);
    expect(await message('box lid sl', commands)).toMatch(/^There is no command "box lid sl". Nearest: box lid ls, /);
    expect((await cli('box lid --help', { commands })).stdout).toMatch(/^aleph-agent box lid:\n\n {2}box lid ls /);
    expect((await cli('--help', { commands })).stdout).toMatch(/box +open ls lie lid$/m);
  });

  it('names the nearest flags', async () => {
    expect(await message('box open red --szie 2')).toBe('aleph-agent box open has no flag --szie (nearest: --size, --wait, --brief).');
  });

  it.each(['vm create vault --confidential', 'credits estimate --confidential', 'credits estimate --confidential=true'])(
    'I-14 "%s" is told who makes confidential VMs',
    async (line) => {
      const run = await cli(`${line} --json`);
      expect(run.json().error).toMatchObject({
        code: 'CONFIDENTIAL_UNSUPPORTED',
        exit: 4,
        sideEffects: 'none',
        fix: { actor: 'human', text: expect.stringContaining("Aleph's official CLI (aleph-client: aleph instance confidential)") },
      });
      // the same for whoever gives inputs and no flags
      const [words] = line.split(' --');
      const command = await registeredCommand(registry, words!.split(' ').slice(0, 2).join(' '));
      expect(() => parseInput(command, { confidential: true })).toThrow(expect.objectContaining({ code: 'CONFIDENTIAL_UNSUPPORTED' }));
    },
  );

  it('I-14 neither help nor schema offers confidential VMs, and nodes are still chosen by it', async () => {
    for (const name of ['vm create', 'credits estimate']) {
      expect((await cli(`${name} --help`)).stdout).not.toContain('--confidential');
      expect(Object.keys(inputSchemaOf(await registeredCommand(registry, name)).properties ?? {})).not.toContain('confidential');
    }
    expect((await cli('crns ls --help')).stdout).toContain('--confidential');
  });

  it('says that a flag needs a value', async () => {
    expect(await message('box open red --size')).toContain('--size needs a value');
  });

  it('knows ls = list', async () => {
    expect((await cli('box list --json', { commands: box })).json().schema).toBe('box.ls@1');
  });
});

describe('values', () => {
  it('are quoted back where they are wrong', async () => {
    expect(await message('box open red --size many')).toBe('--size "many" is not right: it takes a whole number of 1 to 12.');
    expect(await message('box ls --format xml')).toBe('--format "xml" is not right: it takes one of text, json, ndjson.');
  });

  it('after -- belong to the command, whatever they look like', async () => {
    const run = await cli(['box', 'ls', '--json', '--', '--full', '-x'], { commands: box });
    expect(run.json().data['items']).toEqual([{ id: '--full' }, { id: '-x' }]);
  });

  it('of the environment stand in for flags', async () => {
    const run = await cli('box ls', { commands: box, environment: { ALEPH_AGENT_TASK: 'nightly', ALEPH_AGENT_TIMEOUT: '5m' } });
    expect(run.options).toMatchObject({ task: 'nightly', timeoutMs: 300_000 });
    const flag = await cli('box ls --task mine', { commands: box, environment: { ALEPH_AGENT_TASK: 'nightly' } });
    expect(flag.options).toMatchObject({ task: 'mine', timeoutMs: 100_000 });
  });
});

describe('who may be asked (conventions.md §3)', () => {
  it.each([
    ['box ls', {}, true],
    ['box ls --json', {}, false],
    ['box ls --no-input', {}, false],
    ['box ls', { CI: 'true' }, false],
    ['box ls --yes', {}, true],
  ])('"%s" with %j: %s', async (line, environment: Record<string, string>, person) => {
    const run = await cli(line, { commands: box, terminal: true, environment });
    expect(run.options?.person).toBe(person);
  });

  it('nobody on a pipe: a missing value fails at once', async () => {
    const run = await cli('box open', { commands: box });
    expect(run.exit).toBe(2);
    expect(run.stderr).toContain('NAME is missing');
  });
});
