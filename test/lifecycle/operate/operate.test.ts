import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { checkHealth } from '../../../src/lifecycle/gc/check-health.ts';
import { reap } from '../../../src/lifecycle/gc/gc-round.ts';
import { planReinstall } from '../../../src/lifecycle/operate/plan-reinstall.ts';
import { rebootVm, reinstallVm } from '../../../src/lifecycle/operate/reboot-vm.ts';
import { startVm } from '../../../src/lifecycle/operate/start-vm.ts';
import { stopVm } from '../../../src/lifecycle/operate/stop-vm.ts';
import { seeVms } from '../../../src/lifecycle/view/list-vms.ts';
import { warnOfSeen } from '../../../src/lifecycle/view/warn-of-seen.ts';
import { armedGuest } from '../../support/devnet/armed-guest.ts';
import { codeOf, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { putLimits } from '../../support/put-limits.ts';
import { testContext } from '../../support/test-context.ts';

const nodes = { '2.x': 'http://crn-0.devnet.test', '1.x': 'http://crn-1.devnet.test' } as const;

test.each(['1.x', '2.x'] as const)('stop and start on a %s node: idempotent, on record, and the VM bills on', async (generation) => {
  const { context, run, ledger, ...world } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes[generation] }));
  const stopped = await run(stopVm(context, vm.id));
  expect(stopped).toMatchObject({ changed: true, nodeAnswer: 'done', vm: { state: 'stopped' } });
  expect(stopped.note).toContain(generation === '1.x' ? 'may start it again' : 'only its owner starts it again');
  expect(world.bills()).toMatchObject([{ endedAt: null }]);
  const view = await run((await context.cloud()).nodes.nodeView(vm.node, vm.id));
  expect(view.state).toBe(generation === '1.x' ? 'absent' : 'stopped');

  const sent = (): string[] => world.requests.filter((line) => line.includes('/control/'));
  const before = sent().length;
  expect(await run(stopVm(context, vm.id))).toMatchObject({ changed: false, nodeAnswer: null, vm: { state: 'stopped' } });
  expect(sent()).toHaveLength(before);

  const started = await run(startVm(context, vm.id));
  expect(started).toMatchObject({ changed: true, vm: { state: 'healthy', endpoint: vm.endpoint } });
  expect(started.readySeconds).toBeGreaterThan(1);
  expect(await run(startVm(context, vm.id))).toMatchObject({ changed: false });
  const points = ledger.effects({ vm: vm.id, limit: 100 }).map(({ point, outcome }) => `${point} ${outcome}`);
  expect(points).toContain('operate.begin stop');
  expect(points).toContain('operate.answered done');
  expect(points).toContain('operate.moved stopped');
  expect(points[0]).toBe('operate.moved healthy');
  const noted = points.filter((row) => row === 'operate.begin notify' || row === 'create.start notifying');
  expect(sent().filter((line) => line.endsWith('/notify'))).toHaveLength(noted.length);
});

test('a VM that a 1.x node started again is stopped again, and found by start', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes['1.x'] }));
  await run(stopVm(context, vm.id));
  // As the scheduler does it.
  await run((await context.cloud()).nodes.startOnNode(vm.node, vm.id, 300_000));
  expect(await run(stopVm(context, vm.id))).toMatchObject({ changed: true, vm: { state: 'stopped' } });
  await run((await context.cloud()).nodes.startOnNode(vm.node, vm.id, 300_000));
  expect(await run(startVm(context, vm.id))).toMatchObject({ changed: true, nodeAnswer: null, vm: { state: 'healthy' } });
});

test('reboot waits for SSH; a stopped VM is not started by it, whatever the node says', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes['2.x'] }));
  expect(await run(rebootVm(context, vm.id))).toMatchObject({ changed: true, nodeAnswer: 'done', vm: { state: 'healthy' } });
  // Stopped behind the ledger's back.
  const signer = await context.keys.signer('agent', 'devnet');
  await run((await context.cloud()).nodes.operateOnNode(vm.node, vm.id, 'stop', signer, 90_000));
  const refused = await run(failureOf(rebootVm(context, vm.id)));
  expect(refused).toMatchObject({ code: 'VM_NOT_READY', details: { sideEffects: 'none', fix: { command: 'aleph-agent vm start ci' } } });
  await run(stopVm(context, vm.id));
  expect(await run(codeOf(rebootVm(context, vm.id)))).toBe('VM_NOT_READY');
});

test('reinstall always asks; an approval serves once, and the pinned host keys go', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { name: 'ci' }));
  const forgotten: string[] = [];
  const watched = { ...context, shell: { ...context.shell, forgetHostKeys: async (id: string) => void forgotten.push(id) } };
  const digest = argumentsDigest('vm reinstall', { vm: 'ci' });
  const plan = await planReinstall(watched, 'ci', digest);
  expect(plan).toMatchObject({ verdict: 'approve', consentPhrase: 'reinstall ci', failing: [{ code: 'APPROVAL_NEEDED' }] });
  const { id } = await requestApproval(watched, plan, digest);
  await grantApproval(watched, id, 'terminal');
  const approved = (await grantedPlan(watched, digest, null)) as typeof plan;
  expect(await run(reinstallVm(watched, approved))).toMatchObject({ changed: true, vm: { state: 'healthy' } });
  expect(forgotten).toEqual([vm.id]);
  expect(await run(codeOf(reinstallVm(watched, approved)))).toBe('APPROVAL_EXPIRED');
});

test('a node that is silent or refuses leaves the state as it was', async () => {
  const { context, run, fault, ledger } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes['2.x'] }));
  const lift = fault('crn-0 status 403 path=/stop');
  expect(await run(codeOf(stopVm(context, vm.id)))).toBe('NODE_REFUSED');
  lift();
  const silent = fault('crn-0 status 503 path=/control');
  expect(await run(failureOf(stopVm(context, vm.id)))).toMatchObject({ code: 'NODE_UNAVAILABLE', details: { sideEffects: 'unknown' } });
  silent();
  expect(ledger.vm(vm.id)?.state).toBe('healthy');
});

test('start says when the time for waiting is over, and the same call goes on', async () => {
  const { context, run } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes['1.x'] }));
  await run(stopVm(context, vm.id));
  const hasty = { ...context, timeoutMs: 3_000 };
  const answers = [await run(codeOf(startVm(hasty, vm.id)))];
  expect(answers).toEqual(['STILL_WAITING']);
  expect(await run(startVm(context, vm.id))).toMatchObject({ vm: { state: 'healthy' } });
});

test.each(['start', 'reboot'] as const)(
  "S-08 vm %s calls a VM up only when its own host key answers, not for another machine's SSH",
  async (verb) => {
    const { context, run, fault, ledger } = await testContext();
    const vm = await run(createVm(context, { name: 'ci', crn: nodes['2.x'] }));
    await run(createVm(context, { name: 'other', crn: nodes['2.x'] }));
    if (verb === 'start') await run(stopVm(context, vm.id));
    const lift = fault('crn-0 other-ports');
    const operate = (timeoutMs: number) => (verb === 'start' ? startVm : rebootVm)({ ...context, timeoutMs }, vm.id);
    const failure = await run(failureOf(operate(60_000)));
    expect(failure).toMatchObject({ code: 'STILL_WAITING', details: { facts: { onNode: 'running', answers: 'another' } } });
    expect(failure.message).toContain('a machine with another host key');
    expect(ledger.vm(vm.id)).toMatchObject({ state: verb === 'start' ? 'stopped' : 'healthy', endpoint: vm.endpoint });
    lift();
    expect(await run(operate(600_000))).toMatchObject({ changed: true, vm: { state: 'healthy', endpoint: vm.endpoint } });
  },
);

test('S-08 gc does not follow a VM to a port where a machine with another host key answers', async () => {
  const { context, run, fault, account, ledger } = await testContext();
  const vm = await run(createVm(context, { name: 'ci', crn: nodes['2.x'] }));
  await run(createVm(context, { name: 'other', crn: nodes['2.x'] }));
  fault('crn-0 other-ports');
  const seen = await run(checkHealth(context, account));
  expect(seen.find((one) => one.vm.id === vm.id)).toMatchObject({ answers: false });
  expect(ledger.vm(vm.id)).toMatchObject({ endpoint: vm.endpoint });
});

test('R-04 a stopped VM that the scheduler started again is seen by vm ls, and gc looks after it: its timer is armed anew', async () => {
  const t = await testContext({ exec: armedGuest() });
  const vm = await t.run(createVm(t.context, { name: 'ci', crn: nodes['1.x'], guestTimer: true, ttlSeconds: 6 * 3600 }));
  await t.run(stopVm(t.context, vm.id));
  expect(await t.run(reap(t.context))).toEqual([]);
  await t.run(t.devnet.clock.wait(3 * 60_000));
  const seen = await t.run(seeVms(t.context, { vms: t.vms(), up: t.vms(), offline: false }));
  await t.run(warnOfSeen(t.context, seen));
  expect(t.warnings.map(({ code }) => code)).toContain('STARTED_AGAIN');
  expect(await t.run(reap(t.context))).toMatchObject([{ reason: 'startedAgain', state: 'stopped', reached: 'healthy' }]);
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'healthy' });
  expect(t.ledger.enforcers({ network: 'devnet', subject: vm.id, kind: 'guest' })).toMatchObject([{ state: 'armed' }]);
});

test('R-04 a VM that was started again and does not take its timer at once is not ended for it: its time begins anew', async () => {
  const takes = armedGuest();
  let deaf = false;
  const exec: typeof takes = async (...call) => {
    if (deaf) throw new Failure('EXEC_FAILED', 'SSH did not answer.');
    return takes(...call);
  };
  const t = await testContext({ exec });
  putLimits(t.ledger, t.account, { endUnarmedSeconds: 600 });
  const vm = await t.run(createVm(t.context, { name: 'ci', crn: nodes['1.x'], guestTimer: true, ttlSeconds: 6 * 3600 }));
  await t.run(t.devnet.clock.wait(3_600_000));
  await t.run(stopVm(t.context, vm.id));
  await t.run(t.devnet.clock.wait(3 * 60_000));
  deaf = true;
  await t.run(reap(t.context));
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'healthy' });
  await t.run(t.devnet.clock.wait(11 * 60_000));
  await t.run(reap(t.context));
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'terminated', ending: 'unarmed' });
});

test('R-04 a stop that ends while gc looks is not undone by it', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn: nodes['1.x'], ttlSeconds: 6 * 3600 }));
  await t.run(stopVm(t.context, vm.id));
  await t.run(t.devnet.clock.wait(3 * 60_000));
  const meet: typeof t.context.shell.meet = async (...call) => {
    const met = await t.context.shell.meet(...call);
    await t.devnet.clock.wait(60_000);
    return met;
  };
  const stops = async () => {
    await t.devnet.clock.wait(2_000);
    return stopVm(t.context, vm.id);
  };
  const looks = checkHealth({ ...t.context, shell: { ...t.context.shell, meet } }, t.account);
  expect(await t.run(Promise.all([looks, stops()]))).toMatchObject([[], { changed: true }]);
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'stopped' });
});
