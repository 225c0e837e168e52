import { describe, expect, test } from 'vitest';
import { asked, called, signedFor } from '../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../support/approval/approver.ts';
import { codeOf, createVm } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';

const sealed = async (): Promise<TestContext> => {
  const t = await testContext();
  await withApprover(t);
  return t;
};

describe('what came to nothing meanwhile is asked anew, not for a day', () => {
  test('a seal that another one overtook', async () => {
    const t = await sealed();
    const more = await asked(t, 'policy set', { maxVms: 5 });
    const other = await asked(t, 'policy set', { maxDay: '3' });
    await approvedBy(t, boss, other.id);
    expect(await codeOf(approvedBy(t, boss, more.id))).toBe('PLAN_MOVED');
    const again = await signedFor(t, 'policy set', { maxVms: 5 });
    expect(again.id).not.toBe(more.id);
    expect(t.ledger.approval(more.id)?.state).toBe('void');
    expect(t.ledger.policy({ account: t.account })).toMatchObject({
      version: 3,
      limits: { maxVms: 5, maxDayCredits: 3_000_000n },
    });
  });

  test('a thaw of an earlier freeze, waiting or signed', async () => {
    const t = await sealed();
    await called(t, 'freeze', {});
    const first = await asked(t, 'thaw', {});
    await called(t, 'freeze', {});
    const second = await signedFor(t, 'thaw', {});
    expect(second.id).not.toBe(first.id);
    await called(t, 'freeze', {});
    expect(await codeOf(called(t, 'thaw', {}, second.id))).toBe('PLAN_MOVED');
    expect(t.ledger.approval(second.id)?.state).toBe('void');
    await signedFor(t, 'thaw', {});
    await called(t, 'thaw', {});
    await called(t, 'vm create', { name: 'one', cu: 1, ttl: '1h', crn, guestTimer: 'off' });
  });

  test('an extension from an expiry that has moved', async () => {
    const t = await sealed();
    await t.run(createVm(t.context, { name: 'one', crn }));
    const { id } = await signedFor(t, 'vm extend', { vm: 'one', by: '10h' });
    await called(t, 'vm extend', { vm: 'one', by: '1h' });
    expect(await codeOf(called(t, 'vm extend', { vm: 'one', by: '10h' }, id))).toBe('PLAN_MOVED');
    expect((await signedFor(t, 'vm extend', { vm: 'one', by: '10h' })).id).not.toBe(id);
  });

  test('what was meant for the VM that had this name before', async () => {
    const t = await sealed();
    const first = await t.run(createVm(t.context, { name: 'one', crn }));
    await called(t, 'vm protect', { vm: 'one' });
    const before = await signedFor(t, 'vm protect', { vm: 'one', off: true });
    const end = await signedFor(t, 'vm destroy', { vms: ['one'] });
    await called(t, 'vm destroy', { vms: ['one'] }, end.id);
    const next = await t.run(createVm(t.context, { name: 'one', crn }));
    await called(t, 'vm protect', { vm: 'one' });
    const { id, shown } = await asked(t, 'vm protect', { vm: 'one', off: true });
    expect([id === before.id, first.id === next.id]).toEqual([false, false]);
    expect(shown.message['what']).toContain(next.id.slice(0, 12));
  });

  test('a network that does not answer for a moment takes no approval away', async () => {
    const t = await sealed();
    const wish = { name: 'big', cu: 4, ttl: '4h', crn, guestTimer: 'off' };
    const { id } = await signedFor(t, 'vm create', wish);
    const lift = t.fault('ccn status 503 path=/api/v0/aggregates');
    expect(await codeOf(called(t, 'vm create', wish, id))).toBe('NETWORK_UNAVAILABLE');
    lift();
    expect(t.ledger.approval(id)?.state).toBe('granted');
    await called(t, 'vm create', wish, id);
  });

  test('an envelope of which nothing is left', async () => {
    const t = await sealed();
    const wish = { upTo: '0.2', vms: 1, ttl: '4h', cu: 2 };
    const first = await signedFor(t, 'approve', wish);
    await called(t, 'approve', wish);
    await called(t, 'vm create', { name: 'one', cu: 2, ttl: '4h', crn, guestTimer: 'off' });
    const { id } = await asked(t, 'approve', wish);
    expect(id).not.toBe(first.id);
  });
});
