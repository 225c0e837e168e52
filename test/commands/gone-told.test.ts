import { describe, expect, it } from 'vitest';
import { type CliRun, cli } from '../support/cli-world.ts';
import { armedGuest } from '../support/devnet/armed-guest.ts';
import { createVm } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const call = (t: TestContext, line: string): Promise<CliRun> =>
  t.run(
    cli(line, {
      open: async ({ progress, warn, signal }) => ({ ...t.context, progress, warn, signal }),
      consent: { take: async () => null },
    }),
  );
const dataOf = async (t: TestContext, line: string) => (await call(t, `${line} --json --full`)).json().data as Record<string, unknown>;

describe('I-10: what a destroyed VM and its answers say', () => {
  it('I-10 a destroyed VM costs nothing until an expiry, burns nothing and has no timer', async () => {
    const t = await testContext({ exec: armedGuest() });
    await t.run(createVm(t.context, { name: 'ci', guestTimer: true }));
    expect(await dataOf(t, 'vm show ci')).toMatchObject({ costUntilExpiryUsd: '0.01425', usdPerHour: '0.01425', guestTimer: 'armed' });
    await call(t, 'vm destroy ci --json');
    const gone = { state: 'terminated', costUntilExpiryUsd: '0', usdPerHour: '0', guestTimer: 'off', ttlEnforcedBy: [], ssh: null };
    expect(await dataOf(t, 'vm show ci')).toMatchObject(gone);
    expect((await dataOf(t, 'vm ls --all'))['items']).toMatchObject([gone]);
  });

  it('I-10 who approves has one word in every answer', async () => {
    const t = await testContext();
    const words = await Promise.all(['status', 'policy show', 'policy approver show'].map((line) => dataOf(t, line)));
    expect(words.map(({ approver }) => approver)).toEqual(['terminal', 'terminal', 'terminal']);
  });

  it('I-10 an answer has the operation of its own call: a create its own, a destroy and a look none', async () => {
    const t = await testContext();
    const made = (await call(t, 'vm create ci --json --guest-timer off')).json();
    expect(made.meta).toMatchObject({ operation: t.vms()[0]!.operation });
    const longer = (await call(t, 'vm extend ci --by 10m --json')).json();
    expect(longer.meta).toMatchObject({ operation: t.ledger.operations({ kind: 'extend' })[0]!.id });
    expect((await call(t, 'vm show ci --json --full')).json().meta).not.toHaveProperty('operation');
    const ended = await call(t, 'vm destroy ci --format ndjson');
    const lines = ended.stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => line.includes('op_'))).toEqual([]);
  });
});
