import { expect, test } from 'vitest';
import { agreedToEndProtected, protectionChecks, sameTask } from '../../src/domain/judge/judge-destroy.ts';
import { argumentsDigest } from '../../src/domain/text/arguments-digest.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { provision } from '../../src/lifecycle/create/provision.ts';
import { resume } from '../../src/lifecycle/create/resume.ts';
import { destroy } from '../../src/lifecycle/end/destroy.ts';
import { planReinstall } from '../../src/lifecycle/operate/plan-reinstall.ts';
import { readPolicy } from '../../src/lifecycle/policy/policy-in-force.ts';
import { verifyLedger } from '../../src/lifecycle/trail/verify-ledger.ts';
import type { NewEffect } from '../../src/ports/ledger.ts';
import { vmRow } from '../conformance/ledger-rows.ts';
import { called } from '../support/approval/approved-call.ts';
import { type CreatePlan, codeOf, create, createVm, failureOf, planCreate, requestOf } from '../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

/** A row that nobody wrote, at the end of a chain that is whole. */
const spoil = (t: TestContext, point: 'policy.set' | 'approval.use' | 'freeze.set', facts: object): void =>
  t.ledger.write('lease.take', (transaction) =>
    transaction.recordEffect({
      at: t.context.clock.now(),
      point,
      network: 'devnet',
      account: t.account,
      task: null,
      operation: null,
      vm: null,
      outcome: '',
      credits: null,
      latencyMs: null,
      facts,
    } as unknown as NewEffect<'policy.set'>),
  );

const crn = 'http://crn-0.devnet.test';

test.each([
  ['a change of policy that does not say whose word counts', 'policy.set', { version: 1, approver: 5, limits: {} }],
  ['a change of policy without its version', 'policy.set', { limits: {} }],
  ['a freeze without its number', 'freeze.set', {}],
] as const)('%s: LEDGER_UNREADABLE for what spends; a VM is destroyed all the same, and the ledger verified', async (_, point, facts) => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { crn }));
  spoil(t, point, facts);
  expect(await t.run(failureOf(create(t.context, { crn })))).toMatchObject({
    code: 'LEDGER_UNREADABLE',
    message: expect.stringMatching(new RegExp(`^Row \\d+ of the audit trail \\(${point}\\) cannot be read: facts`)),
  });
  expect(await t.run(codeOf(readPolicy(t.context, t.account)))).toBe('LEDGER_UNREADABLE');
  expect((await t.run(verifyLedger(t.context, null))).firstBroken).toBeNull();
  expect(await t.run(destroy(t.context, vm.id, 'destroy'))).toMatchObject({ vm: { state: 'terminated' } });
});

test('a row of the trail that does not say which approval it used up: none is taken', async () => {
  const t = await testContext();
  const wish = { name: 'big', crn, size: { computeUnits: 4 }, ttlSeconds: 4 * 3600 };
  const { argumentsDigest: digest } = requestOf(wish);
  const { id } = await requestApproval(t.context, await t.run(planCreate(t.context, wish)), digest);
  await grantApproval(t.context, id, 'terminal');
  const approved = (await grantedPlan(t.context, digest, null)) as CreatePlan;
  spoil(t, 'approval.use', { plan: 'ab', nonce: '0x01' });
  expect(await t.run(codeOf(provision(t.context, approved, true)))).toBe('LEDGER_UNREADABLE');
  expect(t.bills()).toEqual([]);
});

test('an operation whose plan was edited: its VM is destroyed, and only what needs the plan refuses', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { crn }));
  const { plan } = t.ledger.operation(vm.operation)! as { plan: { subject: object } };
  const edited = { ...plan, subject: { ...plan.subject, nodes: [] } };
  t.ledger.write('lease.take', (transaction) => transaction.updateOperation(vm.operation, { plan: edited } as object));
  expect(await t.run(resume(t.context, vm))).toMatchObject({ state: 'healthy' });
  expect(await t.run(failureOf(called(t, 'vm redeploy', { vm: vm.name })))).toMatchObject({
    code: 'LEDGER_UNREADABLE',
    message: `The plan stored with operation ${vm.operation} cannot be read: plan.subject.nodes is not a list of at least 1.`,
    details: { facts: { operation: vm.operation } },
  });
  expect(await t.run(destroy(t.context, vm.id, 'destroy'))).toMatchObject({ vm: { state: 'terminated' } });
});

test('an approval that is made out to be of another command’s call is nothing that this command takes', async () => {
  const t = await testContext();
  const vm = await t.run(createVm(t.context, { name: 'ci', crn }));
  const input = { vms: ['ci'], expired: false, all: false };
  const { id } = await requestApproval(t.context, await planReinstall(t.context, 'ci', 'd'), argumentsDigest('vm destroy', input));
  await grantApproval(t.context, id, 'terminal');
  expect(await failureOf(called(t, 'vm destroy', input, id))).toMatchObject({
    code: 'LEDGER_UNREADABLE',
    message: `The plan stored with approval ${id} cannot be read: "vm reinstall" is nothing that "vm destroy" takes.`,
  });
  expect(t.ledger.vm(vm.id)).toMatchObject({ state: 'healthy' });
});

test('who agreed to end a protected VM is told by the check’s subject, never by a sentence; 0.1.0 stored no subject', () => {
  const vm = vmRow(1, { name: 'db', protected: true, task: 'db' });
  const [check] = protectionChecks([vm]);
  expect(agreedToEndProtected([check!], vm)).toBe(true);
  expect(agreedToEndProtected([{ ...check!, message: 'Other words.' }], { ...vm, name: 'renamed' })).toBe(true);
  expect(agreedToEndProtected([check!], vmRow(2, { name: 'db', protected: true }))).toBe(false);
  expect(agreedToEndProtected([{ ...check!, subject: { of: 'task', vm: vm.id } }], vm)).toBe(false);
  const { subject: _, ...old } = check!;
  expect(agreedToEndProtected([old], vm)).toBe(true);
  const { subject: __, ...ofTask } = sameTask(vm, null);
  expect(agreedToEndProtected([ofTask], vm)).toBe(false);
  expect(agreedToEndProtected([{ ...old, figure: '4', limit: '3' }], vm)).toBe(false);
});
