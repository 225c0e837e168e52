import { expect, test } from 'vitest';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { called } from '../../support/approval/approved-call.ts';
import { atFirstPost, hostOf, instancesOn, strangersVm } from '../../support/devnet/devnet-moves.ts';
import { codeOf, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { network, type TestContext, testContext } from '../../support/test-context.ts';

/** Plans, lets `spoil` do something to the first node (`crn-<n>`), then creates. */
const createOn = async (t: TestContext, spoil: (first: string, nodes: string[]) => void) => {
  const plan = await t.run(planCreate(t.context, { name: 'ci' }));
  const nodes = plan.subject.nodes.map(({ hash }) => hostOf(t.devnet, hash));
  expect(nodes).toHaveLength(3);
  spoil(nodes[0]!, nodes);
  return { nodes, created: t.run(provision(t.context, plan, true)) };
};

test('W-116 W-092 a node that dies while the VM boots: forgotten, then the next node, in one slot and one hold', async () => {
  const slots: { live: number; held: bigint }[] = [];
  const t = await testContext({
    crash: () => {
      const rows = t.vms();
      const live = rows.filter(({ state }) => state !== 'terminated' && state !== 'dormant').length;
      slots.push({ live, held: rows.reduce((sum, { hold }) => sum + hold, 0n) });
    },
  });
  const { nodes, created } = await createOn(t, (first) => void t.fault(`${first} dies-mid-boot times=1`));
  const { vm } = await created;
  expect(vm).toMatchObject({ state: 'healthy', attempt: 2, name: 'ci' });
  expect(hostOf(t.devnet, vm.node.hash)).toBe(nodes[1]);
  const [first, second] = t.vms();
  expect(first).toMatchObject({ state: 'terminated', ending: 'failed', attempt: 1, receipt: { nodeAnswer: 'unreachable' } });
  expect(second!.expiresAt).toBe(first!.expiresAt);
  expect(second!.signedAt).toBeGreaterThanOrEqual(first!.terminatedAt!);
  expect(Math.max(...slots.map(({ live }) => live))).toBe(1);
  expect(slots.every(({ held }) => held <= 14250n)).toBe(true);
  expect(t.bills().map(({ endedAt }) => endedAt === null)).toEqual([false, true]);
  expect(t.ledger.operations()).toMatchObject([{ state: 'succeeded' }]);
});

test('the id of the attempt that failed is enough to destroy the VM that its create went on with', async () => {
  const t = await testContext();
  const { created } = await createOn(t, (first) => void t.fault(`${first} dies-mid-boot times=1`));
  const { vm } = await created;
  const [failed] = t.vms();
  const destroyed = await called(t, 'vm destroy', { vms: [failed!.id] });
  expect(destroyed).toMatchObject({ data: { items: [{ id: vm.id.slice(0, 12), state: 'terminated' }], changed: true } });
  expect(t.bills().filter(({ endedAt }) => endedAt === null)).toEqual([]);
});

test('W-130 a node that has filled up meanwhile says so, and the next one takes the VM', async () => {
  const t = await testContext();
  const { nodes, created } = await createOn(t, (first) => void t.fault(`${first} full`));
  const { vm } = await created;
  expect(vm).toMatchObject({ state: 'healthy', attempt: 2 });
  expect(hostOf(t.devnet, vm.node.hash)).toBe(nodes[1]);
  const [first] = t.vms();
  expect(first).toMatchObject({ ending: 'failed' });
  expect(first!.terminatedAt! - first!.signedAt).toBeLessThan(30_000);
});

test('the scheduler never places and the node is full: told so by the node, without waiting for the boot limit', async () => {
  const t = await testContext();
  const { created } = await createOn(t, (first) => void t.fault(`${first} full`, `${first} never-placed`));
  const { vm } = await created;
  expect(vm).toMatchObject({ state: 'healthy', attempt: 2 });
  const [first] = t.vms();
  expect(first!.terminatedAt! - first!.signedAt).toBeLessThan(3 * 60_000);
});

test('at most three attempts, then CREATE_FAILED, all forgotten, counted for the breaker', async () => {
  const t = await testContext();
  const { created } = await createOn(t, (_first, nodes) => nodes.forEach((node) => void t.fault(`${node} full`)));
  const failure = await failureOf(created);
  expect(failure).toMatchObject({ code: 'CREATE_FAILED', exit: 6 });
  expect(failure.details).toMatchObject({ sideEffects: 'complete', exposureUsdPerHour: '0' });
  expect(t.vms().map(({ state, attempt }) => [state, attempt])).toEqual([
    ['terminated', 1],
    ['terminated', 2],
    ['terminated', 3],
  ]);
  expect(t.bills().every(({ endedAt }) => endedAt !== null)).toBe(true);
  expect(t.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'CREATE_FAILED', breaker: true }]);
  expect(instancesOn(t.devnet)).toHaveLength(3);
});

test('a VM named for one node only has one attempt', async () => {
  const t = await testContext({ onRequest: atFirstPost(() => void t.fault('crn-0 full')) });
  expect(await t.run(codeOf(createVm(t.context, { crn: 'http://crn-0.devnet.test' })))).toBe('CREATE_FAILED');
  expect(t.vms()).toMatchObject([{ state: 'terminated', attempt: 1 }]);
});

test('running, SSH silent, other nodes answer: the fault is the VM’s, and another node takes over', async () => {
  const t = await testContext();
  await t.run(strangersVm(t.devnet, t.context, 0));
  await t.run(strangersVm(t.devnet, t.context, 1));
  await t.run(strangersVm(t.devnet, t.context, 2));
  await t.run(t.devnet.clock.wait(5 * 60_000));
  const { created } = await createOn(t, (first) => void t.fault(`${first} ssh-silent`));
  const { vm } = await created;
  expect(vm).toMatchObject({ state: 'healthy', attempt: 2 });
  const [first] = t.vms();
  expect(first).toMatchObject({ state: 'terminated', ending: 'failed' });
  const life = first!.terminatedAt! - first!.signedAt;
  expect(life).toBeGreaterThan(3 * 60_000);
  expect(life).toBeLessThan(8 * 60_000);
});

test('SSH silent everywhere: SSH_BLOCKED_FROM_HERE, forgotten, no other node is tried', async () => {
  const t = await testContext();
  for (const node of [0, 1, 2]) await t.run(strangersVm(t.devnet, t.context, node));
  await t.run(t.devnet.clock.wait(5 * 60_000));
  const { created } = await createOn(t, () => void t.fault('crn ssh-silent'));
  const failure = await failureOf(created);
  expect(failure.code).toBe('SSH_BLOCKED_FROM_HERE');
  expect(t.vms()).toMatchObject([{ state: 'terminated', attempt: 1 }]);
  expect(t.bills()[0]?.endedAt).not.toBeNull();
  expect(t.ledger.operations()).toMatchObject([{ state: 'failed', failure: 'SSH_BLOCKED_FROM_HERE' }]);
  expect(t.ledger.vms({ network, operation: t.vms()[0]!.operation })).toHaveLength(1);
});

test('notify that is never answered is not repeated; the VM is found on the node', async () => {
  const t = await testContext();
  const { nodes, created } = await createOn(
    t,
    (first) => void t.fault('scheduler never-placed', `${first} drop-after-effect path=/notify`),
  );
  const { vm } = await created;
  expect(vm).toMatchObject({ state: 'healthy', attempt: 1 });
  expect(hostOf(t.devnet, vm.node.hash)).toBe(nodes[0]);
  expect(t.requests.filter((request) => request.endsWith('/control/allocation/notify'))).toHaveLength(1);
});

test('the wait is over before the boot: STILL_WAITING, the VM goes on and is picked up where it is', async () => {
  const t = await testContext({ timeoutMs: 30_000 });
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci' })));
  expect(failure).toMatchObject({ code: 'STILL_WAITING', exit: 11 });
  expect(failure.details.fix?.command).toBe('aleph-agent vm wait ci');
  expect(t.vms()).toMatchObject([{ state: 'provisioning' }]);
  expect(t.ledger.operations()).toMatchObject([{ state: 'running' }]);
});
