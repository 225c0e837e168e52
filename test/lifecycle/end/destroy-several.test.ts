import { expect, test } from 'vitest';
import destroyCommand from '../../../src/commands/vm/destroy.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { argumentsDigest } from '../../../src/domain/text/arguments-digest.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { beginDestroy } from '../../../src/lifecycle/end/begin-destroy.ts';
import type { VmChoice } from '../../../src/lifecycle/end/choose-vms.ts';
import { destroySeveral } from '../../../src/lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../../src/lifecycle/end/plan-destroy.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import { codeOf, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { openWorld, testContext } from '../../support/test-context.ts';

const chosen = (patch: Partial<VmChoice>): VmChoice => ({ references: [], expired: false, ofTask: null, all: false, ...patch });
const plan = (context: ChangeContext, patch: Partial<VmChoice>) =>
  planDestroy(context, chosen(patch), argumentsDigest('vm destroy', { ...patch }));

const three = async () => {
  const made = await testContext();
  for (const [name, task, ttlSeconds] of [
    ['one', 'nightly', 1800],
    ['two', 'nightly', 3600],
    ['three', null, 7200],
  ] as const) {
    await made.run(createVm(made.context, { name, task, ttlSeconds }));
  }
  return made;
};

test('A-053 several at once: by task, by expiry, all; each with its receipt', async () => {
  const { context, run, devnet, ...world } = await three();
  const names = (planned: Plan<'vm destroy'>) => planned.subject.ids.map((id) => world.ledger.vm(id)!.name);
  const ofTask = await testContext({ world: { ...world, run, devnet }, task: 'nightly', seed: 2 });
  expect(names(await run(plan(ofTask.context, { ofTask: 'nightly' })))).toEqual(['one', 'two']);
  expect(names(await run(plan(context, { all: true })))).toEqual(['one', 'two', 'three']);
  expect(await run(plan(context, { all: true }))).toMatchObject({
    verdict: 'approve',
    failing: [{ figure: 'nightly' }, { figure: 'nightly' }],
  });
  expect(await run(codeOf(plan(context, {})))).toBe('INPUT_MISSING');
  expect(await run(codeOf(plan(context, { references: ['one'], all: true })))).toBe('USAGE');

  await run(devnet.clock.wait(1800_000));
  const expired = await run(plan(context, { expired: true }));
  expect(names(expired)).toEqual(['one']);
  // It belongs to another task, and expiry asks nobody.
  expect(expired).toMatchObject({ verdict: 'allow', subject: { ending: 'expired' } });
  expect(await run(destroySeveral(context, expired))).toMatchObject([
    { vm: { name: 'one', state: 'terminated', ending: 'expired' }, problem: null },
  ]);

  const rest = await run(destroySeveral(ofTask.context, await run(plan(ofTask.context, { all: true }))));
  expect(rest).toMatchObject([
    { vm: { name: 'two', state: 'terminated', receipt: { forgottenBy: [expect.any(String), expect.any(String)] } }, already: false },
    { vm: { name: 'three', state: 'terminated' }, already: false },
  ]);
  expect(world.bills().every(({ endedAt }) => endedAt !== null)).toBe(true);
  expect(await run(plan(context, { all: true }))).toMatchObject({ verdict: 'allow', subject: { ids: [] } });
  expect(await run(destroySeveral(context, await run(plan(context, { references: ['two'] }))))).toMatchObject([{ already: true }]);
});

test('one failure keeps no other from being tried: exit 8, every receipt, and a command that goes on', async () => {
  const { run, ledger, ...world } = await three();
  const { context, fault } = await testContext({ world: { ...world, run, ledger }, task: 'nightly', seed: 2 });
  const two = ledger.vms().find(({ name }) => name === 'two')!;
  const lift = fault(`ccn-a status 503 path=${two.id}`, `ccn-b status 503 path=${two.id}`);
  const planned = await run(plan(context, { all: true }));
  const input = { vms: [], expired: false, all: true, task: undefined };
  const failed = await run(failureOf(destroyCommand.apply(context, planned, input)));
  expect(failed).toMatchObject({ code: 'DESTROY_INCOMPLETE', exit: 8, details: { sideEffects: 'partial', exposureUsdPerHour: '0.01425' } });
  expect(failed.details.fix?.command).toBe('aleph-agent vm destroy two');
  expect(failed.details.facts?.['receipts']).toMatchObject([
    { name: 'one', state: 'terminated', problem: null },
    { name: 'two', state: 'stopping', problem: 'DESTROY_INCOMPLETE' },
    { name: 'three', state: 'terminated', problem: null },
  ]);
  lift();
  // What is on its way out asks nobody again.
  const again = await run(plan(context, { references: ['two'] }));
  expect(again.verdict).toBe('allow');
  expect(await run(destroySeveral(context, again))).toMatchObject([{ vm: { state: 'terminated' }, problem: null }]);
});

test('a bug at one VM hides nothing of what became of the others', async () => {
  const { run, ledger, ...world } = await three();
  let struck = false;
  const { context } = await testContext({
    world: { ...world, run, ledger },
    task: 'nightly',
    seed: 2,
    crash: (point) => {
      if (point !== 'destroy.erase' || struck) return;
      struck = true;
      throw new TypeError('undefined is not a function');
    },
  });
  const planned = await run(plan(context, { all: true }));
  const failed = await run(failureOf(destroyCommand.apply(context, planned, { vms: [], expired: false, all: true, task: undefined })));
  expect(failed).toMatchObject({ code: 'DESTROY_INCOMPLETE', exit: 8 });
  const receipts = failed.details.facts?.['receipts'] as { state: string; problem: string | null }[];
  expect(receipts.map(({ problem }) => problem).sort()).toEqual(['INTERNAL', null, null]);
  expect(receipts.filter(({ state }) => state === 'terminated')).toHaveLength(2);
});

test('an approval to destroy serves once', async () => {
  const world = await openWorld();
  const owner = await testContext({ world, task: 'nightly' });
  await world.run(createVm(owner.context, { name: 'ci', task: 'nightly' }));
  const { context, run } = await testContext({ world, seed: 2 });
  const planned = await run(plan(context, { references: ['ci'] }));
  expect(planned).toMatchObject({ verdict: 'approve', consentPhrase: 'ci' });
  const { id } = await requestApproval(context, planned, 'digest');
  await grantApproval(context, id, 'terminal');
  const approved = (await grantedPlan(context, 'digest', null)) as Plan<'vm destroy'>;
  expect(await run(destroySeveral(context, approved))).toMatchObject([{ vm: { state: 'terminated' } }]);
  expect(await grantedPlan(context, 'digest', null)).toBeNull();
  expect(await run(codeOf(destroySeveral(context, approved)))).toBe('APPROVAL_EXPIRED');
  await world.close();
});

test('without the key, what was signed with the create is enough to mark them all in one transaction', async () => {
  const { run, ledger, ...world } = await three();
  const agent = (await testContext({ world: { ...world, run, ledger }, task: 'nightly', seed: 2 })).context;
  const planned = await run(plan(agent, { ofTask: 'nightly' }));
  await run(beginDestroy({ ...agent, keys: { ...agent.keys, list: () => [] } }, planned));
  expect(ledger.vms().map(({ name, state }) => `${name} ${state}`)).toEqual(['one stopping', 'two stopping', 'three healthy']);
});

test('--expired on doubt destroys nothing', async () => {
  const { context, run, devnet, fault, ledger } = await three();
  await run(devnet.clock.wait(1800_000));
  fault('ccn-a status 503 path=/api/v0/aggregates');
  expect(await run(codeOf(plan(context, { expired: true })))).toBe('JOURNAL_UNREADABLE');
  expect(ledger.vms().map(({ state }) => state)).toEqual(['healthy', 'healthy', 'healthy']);
});
