import { describe, expect, it } from 'vitest';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { ExtendSubject } from '../../src/domain/plan/kinds/extend.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { readPlan } from '../../src/domain/plan/read-plan.ts';
import { formatInstant } from '../../src/domain/text/instant.ts';
import { reconcile } from '../../src/lifecycle/gc/reconcile.ts';
import type { LedgerTransaction } from '../../src/ports/ledger.ts';
import { asked, called } from '../support/approval/approved-call.ts';
import { approvedBy, boss, withApprover } from '../support/approval/approver.ts';
import { codeOf, createVm, failureOf, gc } from '../support/lifecycle-calls.ts';
import { strayVm } from '../support/strays/strays.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const hour = 3_600_000;

/** Somebody with the ledger's file in an editor: no rule of ours is asked. */
const edit = (t: TestContext, change: (transaction: LedgerTransaction) => void): void => t.ledger.write('lease.take', change);

/** The same for one VM's row, whose states no rule of ours keeps either. */
const editVm = (t: TestContext, id: string, patch: Partial<VmRecord>): void =>
  edit(t, (transaction) => {
    if (patch.state !== undefined) transaction.updateVm(id, { state: 'stopping' });
    transaction.updateVm(id, patch);
  });

const messagesOf = (t: TestContext): number =>
  t.requests.filter((request) => request.startsWith('POST') && request.endsWith('/api/v0/messages')).length;

describe('S-23 since when a VM lives', () => {
  it('is what was signed, whatever its row says', async () => {
    const t = await testContext();
    const { id, signedAt } = await t.run(createVm(t.context, { name: 'ci', ttlSeconds: 2 * 3600 }));
    const until = (hours: number) => ({ vm: 'ci', until: formatInstant(signedAt + hours * hour) });
    const patches: Partial<VmRecord>[] = [
      { expiresAt: signedAt + 6 * hour, ttlSeconds: 60 },
      { signedAt: signedAt + hour },
      { ttlSeconds: 1 },
    ];
    for (const patch of patches) {
      editVm(t, id, patch);
      expect(await codeOf(called(t, 'vm extend', until(8)))).toBe('APPROVAL_NEEDED');
    }
    expect(await failureOf(called(t, 'vm extend', until(25)))).toMatchObject({
      code: 'TTL_TOO_LONG',
      details: { checks: expect.arrayContaining([expect.objectContaining({ code: 'APPROVAL_NEEDED', figure: '0.35625' })]) },
    });
    expect(await failureOf(called(t, 'vm extend', until(8)))).toMatchObject({
      code: 'APPROVAL_NEEDED',
      details: { facts: { cost: { mostUsd: '0.1140' } } },
    });
    expect((await called(t, 'vm extend', until(7))) as object).toMatchObject({ data: { costUntilExpiryUsd: '0.09975' } });
  });

  it('cannot be proved by a row alone: nothing is spent', async () => {
    let hidden = false;
    const t = await testContext({
      spoil: async (response, { url }) =>
        hidden && url.includes('/messages.json') ? Response.json({ messages: [], pagination_total: 0 }) : response,
    });
    // a VM of ours that another ledger made: this one has no signed bytes of it
    const id = await t.run(strayVm(t, { marked: true }));
    await t.run(reconcile(t.context, t.account));
    hidden = true;
    expect(await codeOf(called(t, 'vm extend', { vm: id, by: '1h' }))).toBe('BALANCE_UNREADABLE');
  });
});

describe('S-24 how many VMs live', () => {
  it('rows that were given one operation count by item hash', async () => {
    const t = await testContext();
    for (const name of ['a', 'b', 'c']) {
      await t.run(createVm(t.context, { name }));
      await t.run(t.devnet.clock.wait(61_000));
    }
    const [first, ...others] = t.vms();
    edit(t, (transaction) => {
      for (const { id } of others) transaction.updateVm(id, { operation: first!.operation, ending: 'failed' });
    });
    expect(await t.run(codeOf(createVm(t.context, { name: 'd' })))).toBe('TOO_MANY_VMS');
    expect(t.bills()).toHaveLength(3);
  });
});

describe('S-25 a live VM whose row says otherwise', () => {
  const data = async (t: TestContext, name: string, raw = {}): Promise<object> => (await called(t, name, raw)) as { data: object };
  const minute = 60_000;
  const edits: [string, (t: TestContext) => Partial<VmRecord>][] = [
    ['of another network', () => ({ network: 'mainnet' })],
    ['of another account', () => ({ account: `0x${'1'.repeat(40)}` })],
    ['terminated', (t) => ({ state: 'terminated', terminatedAt: t.devnet.clock.now() - minute })],
    ['dormant', () => ({ state: 'dormant', hold: 0n })],
  ];

  it.each(edits)('%s: is shown, found and destroyed', async (_what, patch) => {
    const t = await testContext();
    const { id } = await t.run(createVm(t.context, { name: 'ci' }));
    editVm(t, id, patch(t));
    t.warnings.length = 0;
    expect(await data(t, 'status')).toMatchObject({ data: { live: 1, vms: [{ name: 'ci' }] } });
    expect(t.warnings).toMatchObject([{ code: 'ROW_CONTRADICTED', message: expect.stringContaining('The network lists VM ci as live') }]);
    expect(await data(t, 'vm ls')).toMatchObject({ data: { count: 1, items: [{ name: 'ci', onNetwork: true }], totals: { live: 1 } } });
    expect(await data(t, 'doctor')).toMatchObject({
      data: { problems: expect.arrayContaining([expect.objectContaining({ check: 'strays', level: 'fail' })]) },
    });
    await called(t, 'vm destroy', { all: true });
    expect(t.vms()).toMatchObject([{ id, network: 'devnet', state: 'terminated' }]);
    expect(t.bills()[0]?.endedAt).not.toBeNull();
  });

  it.each<[string, (t: TestContext) => Partial<VmRecord>, string[]]>([
    [...edits[0]!, ['misrecorded']],
    [...edits[2]!, ['dormantAlive']],
    ['later to end', () => ({ expiresAt: Date.parse('2099-01-01T00:00:00Z') }), []],
  ])('%s: is found by verify, and ended by gc at its public expiry', async (_what, patch, reasons) => {
    const t = await testContext();
    const { id, expiresAt } = await t.run(createVm(t.context, { name: 'ci' }));
    editVm(t, id, patch(t));
    expect(await codeOf(called(t, 'ledger verify', {}))).toBe('LEDGER_BROKEN');
    expect((await t.run(gc(t.context, t.account))).map(({ reason }) => reason)).toEqual(reasons);
    await t.run(t.devnet.clock.wait(expiresAt - t.devnet.clock.now()));
    if (reasons.includes('misrecorded')) editVm(t, id, patch(t));
    await t.run(gc(t.context, t.account));
    expect(t.vms()).toMatchObject([{ id, state: 'terminated' }]);
    expect(t.bills()[0]?.endedAt).toBeLessThan(expiresAt + minute);
  });
});

const longer = { vm: 'ci', by: '8h' };

type Extension = Plan<'vm extend'>;
const withSubject = (plan: Extension, patch: Partial<ExtendSubject>): Extension => ({ ...plan, subject: { ...plan.subject, ...patch } });

describe('S-22 an extension that was edited after it was asked for', () => {
  const edits: [string, (plan: Extension) => Extension][] = [
    ['its new expiry', (plan) => withSubject(plan, { to: { ...plan.subject.to, expiresAt: plan.subject.to.expiresAt + 10 * hour } })],
    ['its lifetime', (plan) => withSubject(plan, { to: { ...plan.subject.to, ttlSeconds: 7260 } })],
    ['its price', (plan) => withSubject(plan, { rate: '0.100000000000000000' })],
    ['its cost', (plan) => ({ ...plan, cost: { ...plan.cost!, mostUsd: '0.0287' }, consentPhrase: '0.0287' })],
    ['its words', (plan) => ({ ...plan, summary: 'Extend ci by 1m, at most 0.0287 USD from its creation on' })],
  ];

  const pending = async (t: TestContext): Promise<{ id: string; plan: Extension }> => {
    await withApprover(t);
    await t.run(createVm(t.context, { name: 'ci' }));
    const { id } = await asked(t, 'vm extend', longer);
    return { id, plan: readPlan(t.ledger.approval(id)!) as Extension };
  };

  it('is neither shown nor signed, and asked for anew', async () => {
    const t = await testContext();
    const { id, plan } = await pending(t);
    const shown = { id, show: true };
    expect((await called(t, 'approve', shown)).kind).toBe('result');
    for (const [what, edited] of edits) {
      edit(t, (transaction) => transaction.updateApproval(id, { plan: edited(plan) } as object));
      expect(await codeOf(called(t, 'approve', shown)), what).toMatch(/^(PLAN|PRICE)_MOVED$/);
    }
    edit(t, (transaction) => transaction.updateApproval(id, { plan: edits[0]![1](plan) } as object));
    const again = await asked(t, 'vm extend', longer);
    expect(again.shown.message).toMatchObject({ mostUsd: '0.12825', what: expect.stringContaining('9h in all') });
  });

  it('is not held, although the approver signed what it was shown elsewhere', async () => {
    const t = await testContext();
    await pending(t);
    const before = t.vms();
    for (const [what, edited] of edits) {
      const { id } = await asked(t, 'vm extend', longer);
      const plan = readPlan(t.ledger.approval(id)!) as Extension;
      edit(t, (transaction) => transaction.updateApproval(id, { plan: edited(plan) } as object));
      await approvedBy(t, boss, id);
      const sent = messagesOf(t);
      expect(await codeOf(called(t, 'vm extend', longer, id)), what).toMatch(/^(PLAN|PRICE)_MOVED$/);
      expect(t.vms()).toEqual(before);
      expect(messagesOf(t)).toBe(sent);
      // what was approved on a lie is void
      expect(t.ledger.approval(id)?.state).toBe('void');
    }
  });

  it('approvals ls and show give what its VM gives, not what the row says', async () => {
    const t = await testContext();
    await t.run(createVm(t.context, { name: 'ci' }));
    const { id } = await asked(t, 'vm extend', longer);
    const plan = readPlan(t.ledger.approval(id)!) as Extension;
    edit(t, (transaction) => transaction.updateApproval(id, { plan: edits[3]![1](plan) } as object));
    const { items } = ((await called(t, 'approvals ls', {})) as { data: { items: object[] } }).data;
    expect(items).toMatchObject([{ id, mostUsd: '0.12825' }]);
    edit(t, (transaction) => transaction.updateApproval(id, { plan: edits[1]![1](plan) } as object));
    expect(((await called(t, 'approvals show', { id })) as { data: object }).data).toMatchObject({
      mostUsd: '0.12825',
      summary: expect.stringContaining('at most 0.12825 USD'),
    });
  });
});
