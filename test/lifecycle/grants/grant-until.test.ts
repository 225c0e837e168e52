import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planRounds, reap } from '../../../src/lifecycle/gc/gc-round.ts';
import { changeGrants } from '../../../src/lifecycle/grants/change-grants.ts';
import { endGrants } from '../../../src/lifecycle/grants/end-grants.ts';
import { grant } from '../../../src/lifecycle/grants/grant.ts';
import { endOfGrant } from '../../../src/lifecycle/grants/grant-ends.ts';
import { type GrantWish, planGrant } from '../../../src/lifecycle/grants/plan-grant.ts';
import { planRevoke } from '../../../src/lifecycle/grants/plan-revoke.ts';
import { revoke } from '../../../src/lifecycle/grants/revoke.ts';
import { readGrants } from '../../../src/lifecycle/operation/read-grants.ts';
import { atTerminal, boss } from '../../support/approval/approver.ts';
import { delegate } from '../../support/strays/delegate.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const dayMs = 86_400_000;
const channel = 'ALEPH-AGENT-0123456789ab';
const wish: GrantWish = { address: delegate.address, channel, keepWide: [], lastsSeconds: 7 * 86_400 };
const generous = { path: '/etc/aleph-agent/policy.json', limits: { ...defaultLimits, maxTotalCredits: 20_000_000n }, approver: null };

const owner = (): Promise<TestContext> => testContext({ rootPolicy: generous });

const granted = async (t: TestContext, wanted: GrantWish, digest: string): Promise<Plan<'authz grant'>['verdict']> => {
  const plan = await t.run(planGrant(t.context, wanted, digest));
  if (plan.verdict === 'allow') {
    await t.run(grant(t.context, plan));
    return plan.verdict;
  }
  const { id } = await requestApproval(t.context, plan, digest);
  await grantApproval(atTerminal(t.context), id, 'terminal');
  await t.run(grant(t.context, (await grantedPlan(t.context, digest, id)) as Plan<'authz grant'>));
  return plan.verdict;
};

const standing = async (t: TestContext): Promise<readonly unknown[]> => (await t.run(readGrants(t.context, t.account))).authorizations;
const endIn = (t: TestContext): number | null => endOfGrant(t.ledger, { account: t.account, network: 'devnet' }, wish);

test('N-04 authz grant --until: gc takes it back then, by exactly its own entry', async () => {
  const t = await owner();
  const others = [
    { note: 'from elsewhere', address: boss.address, types: ['INSTANCE'], channels: ['X'], extra: { a: [1, null] } },
    narrowEntry(delegate.address, 'ALEPH-AGENT-bbbbbbbbbbbb'),
  ];
  await t.run(changeGrants(t.context, t.account, { add: others, remove: [] }));
  const plan = await t.run(planGrant(t.context, wish, 'grant'));
  expect(plan.notes?.join(' ')).toContain('The network adds no limit: no cap and no end.');
  expect(plan.notes?.join(' ')).toContain('gc on this machine takes it back after 7d');
  await granted(t, wish, 'grant');
  expect(await standing(t)).toEqual([...others, narrowEntry(delegate.address, channel)]);
  await t.devnet.clock.advance(7 * dayMs - 3600_000);
  await t.run(reap(t.context));
  expect(await standing(t)).toHaveLength(3);
  await t.devnet.clock.advance(3600_000);
  await t.run(planRounds(t.context));
  expect(t.warnings).toContainEqual(expect.objectContaining({ code: 'GRANT_DUE' }));
  expect(await standing(t)).toHaveLength(3);
  await t.run(reap(t.context));
  expect(JSON.stringify(await standing(t))).toBe(JSON.stringify(others));
  expect(endIn(t)).toBe(null);
  // once: what somebody grants anew stands
  await t.run(changeGrants(t.context, t.account, { add: [narrowEntry(delegate.address, channel)], remove: [] }));
  await t.run(reap(t.context));
  expect(await standing(t)).toHaveLength(3);
});

test('N-04 the end of a grant that stands comes sooner without asking, later only as a new grant does', async () => {
  const t = await owner();
  const { lastsSeconds: _, ...forEver } = wish;
  expect(await granted(t, forEver, 'first')).toBe('approve');
  expect(endIn(t)).toBe(null);
  expect(await granted(t, wish, 'sooner')).toBe('allow');
  const end = endIn(t)!;
  expect(end - t.devnet.clock.now()).toBeLessThanOrEqual(7 * dayMs);
  expect((await t.run(planGrant(t.context, { ...wish, lastsSeconds: 8 * 86_400 }, 'later'))).verdict).toBe('approve');
  expect((await t.run(planGrant(t.context, forEver, 'ever'))).verdict).toBe('approve');
  expect(endIn(t)).toBe(end);
  expect(await granted(t, forEver, 'ever')).toBe('approve');
  expect(endIn(t)).toBe(null);
  // what is taken back by hand has no end any more
  await granted(t, wish, 'again');
  await t.run(revoke(t.context, await t.run(planRevoke(t.context, { address: delegate.address, destroyVms: false }, 'revoke'))));
  expect(endIn(t)).toBe(null);
});

test('N-04 a grant that cannot be taken back when its time is over is told to a person, and is due in the next round', async () => {
  const told: string[] = [];
  const t = await owner();
  await granted(t, wish, 'grant');
  await t.devnet.clock.advance(7 * dayMs);
  const alerts = {
    ...t.context.host.alerts,
    deliver: async ({ code }: { code: string }) => {
      told.push(code);
      return [];
    },
  };
  const lift = t.fault('ccn status 503 method=POST path=/api/v0/messages');
  await t.run(reap({ ...t.context, host: { ...t.context.host, alerts } }));
  expect(told).toContain('GRANT_OVERDUE');
  lift();
  await t.run(reap(t.context));
  expect(await standing(t)).toEqual([]);
});

test('N-04 a grant that another client has written anew ends all the same; one joined with another is told, and stays due', async () => {
  const t = await owner();
  await granted(t, wish, 'grant');
  const ours = narrowEntry(delegate.address, channel);
  const anew = { alias: 'my agent', post_types: [], ...ours, aggregate_keys: ['port-forwarding'] };
  await t.run(changeGrants(t.context, t.account, { add: [anew], remove: [ours] }));
  await t.devnet.clock.advance(7 * dayMs);
  expect(await t.run(endGrants(t.context, t.account))).toEqual([]);
  expect(await standing(t)).toEqual([]);
  await granted(t, wish, 'again');
  const joined = { ...ours, channels: [channel, 'ALEPH-AGENT-bbbbbbbbbbbb'] };
  await t.run(changeGrants(t.context, t.account, { add: [joined], remove: [ours] }));
  await t.devnet.clock.advance(7 * dayMs);
  const wanted = expect.stringContaining(`another entry of ${t.account} lets ${delegate.address} rent VMs`);
  expect(await t.run(endGrants(t.context, t.account))).toMatchObject([{ message: wanted }]);
  expect(endIn(t)).not.toBe(null);
  expect(await standing(t)).toEqual([joined]);
});

test('N-04 with a locked key, or another failure, a round writes no beginning anew into the trail', async () => {
  const t = await owner();
  await granted(t, wish, 'grant');
  await t.devnet.clock.advance(7 * dayMs);
  const begun = () =>
    t.ledger.effects({ account: t.account, network: 'devnet', point: 'authz.begin' }).filter(({ outcome }) => outcome === 'expire');
  const keys = { ...t.context.keys, signer: () => Promise.reject(new Failure('KEY_LOCKED', 'locked')) };
  expect(await t.run(endGrants({ ...t.context, keys }, t.account))).toHaveLength(1);
  expect(begun()).toEqual([]);
  const lift = t.fault('ccn status 503 method=POST path=/api/v0/messages');
  expect(await t.run(endGrants(t.context, t.account))).toHaveLength(1);
  expect(await t.run(endGrants(t.context, t.account))).toHaveLength(1);
  expect(begun()).toHaveLength(1);
  lift();
  expect(await t.run(endGrants(t.context, t.account))).toEqual([]);
  expect(await standing(t)).toEqual([]);
});
