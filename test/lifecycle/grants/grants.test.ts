import { expect, test } from 'vitest';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { checkGrants } from '../../../src/lifecycle/account/check-grants.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { changeGrants } from '../../../src/lifecycle/grants/change-grants.ts';
import { grant } from '../../../src/lifecycle/grants/grant.ts';
import { type GrantWish, planGrant } from '../../../src/lifecycle/grants/plan-grant.ts';
import { planRevoke } from '../../../src/lifecycle/grants/plan-revoke.ts';
import { receivedGrants } from '../../../src/lifecycle/grants/received-grants.ts';
import { revoke } from '../../../src/lifecycle/grants/revoke.ts';
import { readGrants } from '../../../src/lifecycle/operation/read-grants.ts';
import { approvedBy, atTerminal, boss, withApprover } from '../../support/approval/approver.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { delegate, delegatedVm } from '../../support/strays/delegate.ts';
import { postVProgram } from '../../support/strays/v-program.ts';
import { type ContextOptions, type TestContext, testContext } from '../../support/test-context.ts';

const channel = 'ALEPH-AGENT-0123456789ab';
const wish: GrantWish = { address: delegate.address, channel, keepWide: [] };
/** The account has 10 USD, and a grant reaches all of it. */
const generous = { path: '/etc/aleph-agent/policy.json', limits: { ...defaultLimits, maxTotalCredits: 20_000_000n }, approver: null };

const owner = (options: ContextOptions = {}) => testContext({ rootPolicy: generous, ...options });

const granted = async (t: TestContext, wanted = wish, digest = 'grant'): Promise<boolean> => {
  const plan = await t.run(planGrant(t.context, wanted, digest));
  if (plan.verdict === 'allow') return t.run(grant(t.context, plan));
  const { id } = await requestApproval(t.context, plan, digest);
  await grantApproval(atTerminal(t.context), id, 'terminal');
  return t.run(grant(t.context, (await grantedPlan(t.context, digest, id)) as Plan<'authz grant'>));
};

const standing = async (t: TestContext): Promise<readonly unknown[]> => (await t.run(readGrants(t.context, t.account))).authorizations;

const publish = (t: TestContext, add: readonly unknown[]) => t.run(changeGrants(t.context, t.account, { add, remove: [] }));

test('W-023 A-080 XA-11 N-04: a grant is the narrow one, byte for byte, on two hosts; the delegate rents on its channel and on no other', async () => {
  const t = await owner();
  const before = await t.run(delegatedVm(t, channel));
  expect(before).toMatchObject({ status: 'rejected', rejection: { reason: 'permission' } });
  expect(await granted(t)).toBe(true);
  const text = `{"address":"${delegate.address}","chain":"ETH","channels":["${channel}"],"types":["INSTANCE","AGGREGATE"],"aggregate_keys":["port-forwarding"]}`;
  expect(JSON.stringify(await standing(t))).toBe(`[${text}]`);
  expect(await t.run(delegatedVm(t, 'ALEPH-AGENT'))).toMatchObject({ status: 'rejected' });
  await t.devnet.clock.advance(1_000);
  expect(await t.run(delegatedVm(t, channel))).toMatchObject({ status: 'processed' });
  expect(await t.run(receivedGrants(t.context, delegate.address))).toMatchObject([{ owner: t.account, entry: { channels: [channel] } }]);
  expect(await granted(t, wish, 'again')).toBe(false);
});

test('N-05 XA-11 a grant asks a person, and with more in reach than may be only the approver', async () => {
  const t = await owner();
  const plan = await t.run(planGrant(t.context, wish, 'grant'));
  expect(plan).toMatchObject({ verdict: 'approve', failing: [{ code: 'APPROVAL_NEEDED' }], consentPhrase: delegate.address.slice(-6) });
  const poor = await testContext({ world: t });
  expect(await t.run(planGrant(poor.context, wish, 'grant'))).toMatchObject({
    verdict: 'deny',
    failing: [{ code: 'GRANT_TOO_WIDE', figure: '10.0000', limit: '5.0000' }],
  });
  await withApprover(poor);
  const asked = await t.run(planGrant(poor.context, wish, 'grant'));
  expect(asked.verdict).toBe('approve');
  const { id } = await requestApproval(poor.context, asked, 'grant');
  await approvedBy(poor, boss, id);
  const approved = (await grantedPlan(poor.context, 'grant', id)) as Plan<'authz grant'>;
  expect(await t.run(grant(poor.context, approved))).toBe(true);
});

test('XA-11 N-05 a grant lists the V-PROGRAMs that burn the same credits, and a host that does not know the type hides none', async () => {
  const t = await owner();
  const program = await postVProgram(t, await t.context.keys.signer('agent', t.context.network));
  const before = await testContext({
    world: t,
    rootPolicy: generous,
    spoil: async (response, { url }) =>
      url.startsWith(t.devnet.origins.ccnA) && url.includes('msgTypes=V-PROGRAM')
        ? new Response('unknown type', { status: 422 })
        : response,
  });
  for (const { context } of [t, before]) {
    const plan = await t.run(planGrant(context, wish, 'grant'));
    expect(plan.subject.exposes).toMatchObject({ vms: [], programs: [program] });
    expect(plan).toMatchObject({ verdict: 'deny', failing: [{ code: 'GRANT_TOO_WIDE', figure: '1', limit: '0' }] });
    expect(plan.failing[0]?.message).toContain(program.slice(0, 12));
  }
  await publish(t, [{ address: boss.address }, narrowEntry(delegate.address, channel)]);
  const [wide, narrow] = await t.run(checkGrants(t.context, t.account, [boss.address, delegate.address]));
  expect([wide?.destroyable, narrow?.destroyable]).toEqual([[program], []]);
  const cloud = await t.context.cloud();
  expect((await cloud.accounts.burn(t.account)).perSecond.toNumber()).toBeCloseTo(28_500 / 3600, 6);
});

test('XA-11 entries of others stay byte for byte; one that is no narrow grant stops until it is named', async () => {
  const t = await owner();
  const other = narrowEntry(boss.address, 'ALEPH-AGENT-aaaaaaaaaaaa');
  const odd = { note: 'from elsewhere', address: boss.address, types: ['STORE'], alias: 'ci ✓', extra: { a: [1, null] } };
  const wide = { address: '0x1111111111111111111111111111111111111111' };
  await publish(t, [other]);
  await publish(t, [odd, wide]);
  const refused = await t.run(failureOf(planGrant(t.context, wish, 'grant')));
  expect(refused.code).toBe('GRANT_TOO_WIDE');
  expect(refused).toMatchObject({ details: { facts: { entries: [{ address: boss.address }, { address: wide.address }] } } });
  expect(refused.message).toContain('change who else may act for the account');
  expect(await granted(t, { ...wish, keepWide: [wide.address, boss.address] })).toBe(true);
  expect(JSON.stringify(await standing(t))).toBe(JSON.stringify([other, odd, wide, narrowEntry(delegate.address, channel)]));
});

test('ten editors of one list at once: no entry is lost', async () => {
  const t = await owner();
  const entries = Array.from({ length: 10 }, (_, n) => narrowEntry(`0x${String(n).repeat(40)}`, `ALEPH-AGENT-${String(n).repeat(12)}`));
  const editors = await Promise.all(entries.map((_, n) => testContext({ world: t, seed: 40 + n, rootPolicy: generous })));
  const work = editors.map(({ context }, n) => changeGrants(context, t.account, { add: [entries[n]], remove: [] }));
  await t.run(Promise.all(work));
  await t.devnet.clock.advance(60_000);
  expect([...(await standing(t))].map((entry) => JSON.stringify(entry)).sort()).toEqual(
    entries.map((entry) => JSON.stringify(entry)).sort(),
  );
});

test('a host that makes up a grant, or hides one, is not believed', async () => {
  const t = await owner();
  await granted(t);
  const invented = await testContext({
    world: t,
    spoil: async (response, request) => {
      if (!request.url.includes('ccn-b') || !request.url.includes('/aggregates/')) return response;
      const body = (await response.json()) as { data: { security: unknown } };
      return Response.json({ ...body, data: { security: { authorizations: [] } } });
    },
  });
  expect(await t.run(failureOf(readGrants(invented.context, t.account)))).toMatchObject({ code: 'GRANTS_UNREADABLE' });
  const forged = await testContext({
    world: t,
    spoil: async (response, request) => {
      if (!request.url.includes('ccn-b') || !request.url.includes('msgTypes=AGGREGATE')) return response;
      return new Response((await response.text()).replaceAll(channel, 'ALEPH-AGENT-bbbbbbbbbbbb'), response);
    },
  });
  expect(await t.run(failureOf(readGrants(forged.context, t.account)))).toMatchObject({ code: 'GRANTS_UNREADABLE' });
});

test('W-024 N-06 revoke names what it leaves running, and with --destroy-vms the owner ends it; afterwards nothing is created', async () => {
  const t = await owner();
  await granted(t);
  const { id } = await t.run(delegatedVm(t, channel));
  await t.run(t.devnet.clock.wait(180_000));
  expect((await t.run(checkGrants(t.context, t.account, [delegate.address])))[0]).toMatchObject({
    entries: 1,
    destroyable: [id],
    operable: [id],
    movableUsd: '0',
    powers: { rentVms: true, changeGrants: false, moveCredits: false },
  });
  const plan = await t.run(planRevoke(t.context, { address: delegate.address, destroyVms: false }, 'revoke'));
  expect(plan).toMatchObject({ verdict: 'allow', notes: [expect.stringContaining(id.slice(0, 12)), expect.anything()] });
  expect(await t.run(revoke(t.context, plan))).toEqual({ changed: true, destroyed: [], left: [{ id, rate: expect.anything() }] });
  expect(await standing(t)).toEqual([]);
  await t.devnet.clock.advance(1_000);
  expect(await t.run(delegatedVm(t, channel))).toMatchObject({ status: 'rejected', rejection: { reason: 'permission' } });
  expect(t.bills()).toMatchObject([{ hash: id, endedAt: null }]);
  const ending = await t.run(planRevoke(t.context, { address: delegate.address, destroyVms: true }, 'destroy'));
  expect(ending).toMatchObject({ verdict: 'approve', consentPhrase: 'destroy 1' });
  const asked = await requestApproval(t.context, ending, 'destroy');
  await grantApproval(atTerminal(t.context), asked.id, 'terminal');
  const approved = (await grantedPlan(t.context, 'destroy', asked.id)) as Plan<'authz revoke'>;
  expect(await t.run(revoke(t.context, approved))).toEqual({ changed: true, destroyed: [id], left: [] });
  expect(t.bills()).toMatchObject([{ hash: id, endedAt: expect.any(Number) }]);
});
