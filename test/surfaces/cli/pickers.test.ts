import { describe, expect, it } from 'vitest';
import { registry } from '../../../src/commands/index.ts';
import { describe as describeCommand } from '../../../src/contract/declare/describe.ts';
import type { ReadContext } from '../../../src/ports/context.ts';
import { pickersOf } from '../../../src/surfaces/cli/ask/pickers.ts';
import { plainStyle } from '../../../src/surfaces/cli/print/plain-style.ts';
import type { Person } from '../../../src/surfaces/consent.ts';

const row = (id: string, agent: string | null) => ({
  id: id.repeat(64),
  name: 'web',
  agent,
  state: 'healthy',
  expiresAt: 1_800_000_000_000,
});

const commandOf = async (name: string) => {
  const { load } = registry.find((entry) => entry.name === name)!;
  return describeCommand((await load()).default);
};

interface Given {
  vms?: ReturnType<typeof row>[];
  keys?: { name: string; address: string; network: string; kind: string; role: string }[];
  inputs?: Record<string, unknown>;
}

/** What comes of picking for this command, where the person takes the row with this cell. */
const picked = async (name: string, key: string, { vms = [], keys = [], inputs = {} }: Given, taken?: string) => {
  let said = '';
  const ledger = { vms: () => vms, approvals: () => [] };
  const context = { network: 'devnet', ledger: async () => ledger, keys: { list: () => keys } } as unknown as ReadContext;
  const person = {
    choose: async ({ choices }: { choices: { cells: string[]; gives: object }[] }) =>
      choices.find(({ cells }) => cells.includes(taken ?? '')) ?? expect.unreachable('there is no such row'),
  } as unknown as Person;
  const say = (text: string): void => {
    said += text;
  };
  const pickers = pickersOf(await commandOf(name), inputs, { context: async () => context, person, style: plainStyle(''), say });
  return { value: await pickers[key]?.(), said };
};

describe('what is chosen where a command was typed without it', () => {
  it('is the VM of that row, whatever other VM has its name', async () => {
    const vms = [row('a', null), row('b', 'ci')];
    expect((await picked('vm show', 'vm', { vms }, 'ci')).value).toBe('b'.repeat(64));
    expect((await picked('vm show', 'vm', { vms }, 'owner')).value).toBe('a'.repeat(64));
  });

  it('is the only one, which is said with whose it is', async () => {
    expect(await picked('vm show', 'vm', { vms: [row('b', 'ci')] })).toEqual({
      value: 'b'.repeat(64),
      said: 'the only VM: web (bbbbbbbbbbbb) of agent ci\n',
    });
  });

  it('is a key by its name, but never the name of a new one', async () => {
    const keys = ['one', 'two', 'boss'].map((name) => ({
      name,
      address: `0x${name}`,
      network: 'devnet',
      kind: 'hot',
      role: name === 'boss' ? 'approver' : 'account',
    }));
    expect((await picked('keys use', 'name', { keys }, 'two')).value).toBe('two');
    expect((await picked('keys backup', 'name', { keys }, 'one')).value).toBe('one');
    expect((await picked('keys backup', 'name', { keys }, 'boss')).value).toBe('boss');
    await expect(picked('keys use', 'name', { keys }, 'boss')).rejects.toThrow('there is no such row');
    expect((await picked('keys import', 'name', { keys })).value).toBeUndefined();
  });

  it('is no request where none waits, and none is asked for where another way of approving was typed', async () => {
    await expect(picked('approve', 'id', {})).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    await expect(picked('deny', 'id', {})).rejects.toMatchObject({ code: 'APPROVAL_NOT_FOUND' });
    expect((await picked('approve', 'id', { inputs: { upTo: '2' } })).value).toBeUndefined();
    expect((await picked('approve', 'id', { inputs: { request: '-' } })).value).toBeUndefined();
  });

  it('fails with what would be right where there is none', async () => {
    await expect(picked('vm ssh', 'vm', {})).rejects.toMatchObject({ code: 'INPUT_MISSING' });
    await expect(picked('keys use', 'name', {})).rejects.toMatchObject({ code: 'INPUT_MISSING' });
  });
});
