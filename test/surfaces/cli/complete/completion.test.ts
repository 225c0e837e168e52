import { describe, expect, it } from 'vitest';
import { registry } from '../../../../src/commands/index.ts';
import { manifestOf } from '../../../../src/contract/declare/manifest.ts';
import { completionOf, type LocalNames } from '../../../../src/surfaces/cli/complete/completion-of.ts';

const { commands } = await manifestOf(registry);

const asked: (string | null)[] = [];
const names: LocalNames = {
  vms: async (network) => {
    asked.push(network);
    return ['ci', 'web'].map((value) => ({ value, what: 'healthy' }));
  },
  nodes: async () => [{ value: 'node-one', what: 'd02cc93b18e2' }],
  keys: () => [{ value: 'agent', what: '' }],
  networks: () => ['mainnet', 'devnet', 'lab'],
};

/** `|` ends what was typed: `vm sh|` is in the middle of a word, `vm |` at a new one. */
const complete = async (line: string): Promise<{ kind: string; values: string[] }> => {
  const words = line.replace(/\|$/, '').split(' ');
  const { kind, candidates } = await completionOf(commands, words, names);
  return { kind, values: candidates.map(({ value }) => value) };
};

describe('completion', () => {
  it('gives nouns, then verbs, then verbs of a noun within', async () => {
    expect((await complete('v|')).values).toEqual(['vm']);
    expect((await complete('|')).values).toEqual([...new Set(registry.map(({ name }) => name.split(' ')[0]))]);
    expect((await complete('vm s|')).values).toEqual(['show', 'ssh', 'start', 'stop', 'spawn']);
    expect((await complete('vm port |')).values).toEqual(['ls', 'add', 'rm']);
    expect((await complete('--json vm sh|')).values).toEqual(['show']);
  });

  it('gives flags of the command with the shared ones, as they are typed', async () => {
    const { values } = await complete('vm create ci --|');
    expect(values).toEqual(expect.arrayContaining(['--cu', '--ttl', '--no-wait', '--dry-run', '--json', '--yes', '--help']));
    expect(values).not.toContain('--wait');
    expect(new Set(values).size).toBe(values.length);
    expect((await complete('vm ls --|')).values).not.toContain('--yes');
    expect((await complete('vm ls --off|')).values).toEqual(['--offline']);
  });

  it.each([
    ['vm show |', ['ci', 'web']],
    ['vm get c|', ['ci']],
    ['vm destroy ci |', ['ci', 'web']],
    ['vm show ci |', []],
    ['ledger ls --vm w|', ['web']],
    ['vm create --crn |', ['auto', 'node-one']],
    ['vm create --crn=no|', ['--crn=node-one']],
    ['crns show |', ['node-one']],
    ['vm create --if-exists |', ['fail', 'return']],
    ['vm ls --network |', ['mainnet', 'devnet', 'lab']],
    ['vm ls --format |', ['text', 'json', 'ndjson']],
    ['vm ls --account |', ['agent']],
    ['keys use |', ['agent']],
    ['config set t|', ['task', 'timeout', 'ttl']],
    ['completion |', ['bash', 'zsh', 'fish', 'powershell']],
    ['errors CREDITS|', ['CREDITS_SHORT']],
    ['vm create new|', []],
  ])('%s', async (line, values) => {
    expect(await complete(line)).toEqual({ kind: 'words', values });
  });

  it('asks for the VMs of the network that the line names', async () => {
    asked.length = 0;
    await complete('vm show --network lab |');
    await complete('vm show |');
    expect(asked).toEqual(['lab', null]);
  });

  it('takes words as bash splits them', async () => {
    expect((await completionOf(commands, ['vm', 'create', '--if-exists', '=', 're'], names)).candidates).toEqual([
      { value: 'return', what: '' },
    ]);
    expect((await completionOf(commands, ['vm', 'create', '--if-exists', '='], names)).candidates).toHaveLength(2);
  });

  it('leaves files, and the command in a VM, to the shell', async () => {
    for (const line of ['vm exec ci -- c|', 'vm create --ssh-key |', 'keys import new --file |', 'vm cp |', 'vm cp notes|']) {
      expect((await complete(line)).kind).toBe('files');
    }
    expect(await complete('vm cp c|')).toEqual({ kind: 'nospace', values: ['ci:'] });
  });
});
