import { expect, test } from 'vitest';
import { suspendRestored } from '../../../src/lifecycle/agents/suspend-restored.ts';
import { grantApproval, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { letIn } from '../../support/let-in.ts';
import { planCreate, requestOf, type Wish } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

test('a restored ledger lets nobody in, on whatever network and account, and nothing that waits or was granted counts', async () => {
  const t = await testContext();
  const now = t.devnet.clock.now();
  for (const name of ['ci', 'ops', 'gone', 'out']) letIn(t.ledger, name, { account: t.account, now });
  const other = `0x${'12'.repeat(20)}`;
  const later = now + 400_000_000;
  t.ledger.write('agents.set', (row) => {
    row.putAgent({ ...row.agent('gone')!, revokedAt: now, token: null });
    row.putAgent({ ...row.agent('out')!, suspendedAt: now - 1 });
    row.putAgent({ ...row.agent('ci')!, name: 'far', network: 'mainnet', account: other, token: 'far token' });
    row.recordEffect({
      ...{ at: later, point: 'agents.set', network: 'mainnet', account: other, agent: null, task: null, operation: null, vm: null },
      ...{ outcome: 'joined', credits: null, latencyMs: null, facts: { name: 'far' } },
    });
  });
  const asking = async (cu: number): Promise<string> => {
    const wish: Wish = { name: `big${cu}`, crn: 'http://crn-0.devnet.test', size: { computeUnits: cu }, ttlSeconds: 4 * 3600 };
    const plan = await t.run(planCreate(t.context, wish));
    return (await requestApproval(t.context, plan, requestOf(wish).argumentsDigest)).id;
  };
  const [pending, granted] = [await asking(4), await asking(6)];
  await grantApproval(t.context, granted, 'terminal');
  const { suspended, voided } = suspendRestored(t.context, t.ledger);
  expect([suspended.map(({ name }) => name), voided]).toEqual([['ci', 'far', 'ops'], 2]);
  expect([pending, granted].map((id) => t.ledger.approval(id)?.state)).toEqual(['void', 'void']);
  const at = Object.fromEntries(t.ledger.agents().map(({ name, suspendedAt }) => [name, suspendedAt]));
  // of a network whose clock is not known here the newest row tells the time
  expect(at).toEqual({ ci: now, ops: now, gone: null, out: now - 1, far: later });
  const rows = t.ledger.effects({ point: 'agents.set' }).filter(({ outcome }) => outcome === 'suspended');
  expect(rows.map(({ network, account, facts }) => [network, account, (facts as { name: string }).name]).sort()).toEqual(
    [
      ['devnet', t.account, 'ci'],
      ['devnet', t.account, 'ops'],
      ['mainnet', other, 'far'],
    ].sort(),
  );
  expect(t.ledger.firstBrokenLink()).toBeNull();
  expect(suspendRestored(t.context, t.ledger)).toEqual({ suspended: [], voided: 0 });
});
