import { describe, expect, it } from 'vitest';
import type { ReadContext } from '../../../src/ports/context.ts';
import { pickVm } from '../../../src/surfaces/cli/ask/pick-vm.ts';
import { plainStyle } from '../../../src/surfaces/cli/print/plain-style.ts';
import type { Person } from '../../../src/surfaces/consent.ts';

const row = (id: string, agent: string | null) => ({
  id: id.repeat(64),
  name: 'web',
  agent,
  state: 'healthy',
  expiresAt: 1_800_000_000_000,
});

/** What comes of picking among these, where the person takes the row with this cell. */
const picked = async (vms: ReturnType<typeof row>[], taken?: string): Promise<{ vm: string; said: string }> => {
  let said = '';
  const context = { network: 'devnet', ledger: async () => ({ vms: () => vms }) } as unknown as ReadContext;
  const person = {
    choose: async ({ choices }: { choices: { cells: string[]; gives: object }[] }) =>
      choices.find(({ cells }) => cells.includes(taken ?? '')) ?? expect.unreachable('there is no such row'),
  } as unknown as Person;
  const vm = await pickVm(context, person, plainStyle(''), (text) => {
    said += text;
  });
  return { vm, said };
};

describe('a VM that is chosen where none was typed', () => {
  it('is the one of that row, whatever other VM has its name', async () => {
    const two = [row('a', null), row('b', 'ci')];
    expect((await picked(two, 'ci')).vm).toBe('b'.repeat(64));
    expect((await picked(two, 'owner')).vm).toBe('a'.repeat(64));
  });

  it('is the only one, which is said with whose it is', async () => {
    expect(await picked([row('b', 'ci')])).toEqual({ vm: 'b'.repeat(64), said: 'the only VM: web (bbbbbbbbbbbb) of agent ci\n' });
  });
});
