import { expect, it, onTestFinished } from 'vitest';
import { openMemoryLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { narrowEntry } from '../../../src/domain/grants/grant-entry.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { seeGrants } from '../../../src/lifecycle/timers/see-grants.ts';
import { called } from '../../support/approval/approved-call.ts';
import { codeOf, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { grantedOn } from '../../support/payer/grant-by-client.ts';
import { delegatedContext, grantsOf, letRent } from '../../support/payer/payer.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const anew = 'ALEPH-AGENT-bbbbbbbbbbbb';
const posts = (t: TestContext): number => t.requests.filter((line) => line.startsWith('POST') && line.endsWith('/api/v0/messages')).length;
const grantSeen = (t: TestContext, id: string): string | undefined =>
  t.ledger.enforcers({ network: 'devnet', subject: id, kind: 'grant' })[0]?.state;

it('W-024: a grant renewed on another channel reaches no VM of the old one: that is seen and said, and no FORGET is sent that is refused', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const vm = await t.run(createVm(t.context, { name: 'ci' }));
  await t.run(seeGrants(t.context, t.account));
  expect(grantSeen(t, vm.id)).toBe(undefined);
  await grantsOf(t, [narrowEntry(t.account, anew)]);
  await t.run(seeGrants(t.context, t.account));
  expect(grantSeen(t, vm.id)).toBe('failed');
  const before = posts(t);
  expect(await failureOf(called(t, 'vm destroy', { vms: ['ci'] }))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
  expect(posts(t)).toBe(before);
  // new VMs are made on the new channel, and end
  const second = await t.run(createVm(t.context, { name: 'two' }));
  await t.run(seeGrants(t.context, t.account));
  expect(grantSeen(t, second.id)).toBe(undefined);
  expect(await called(t, 'vm destroy', { vms: ['two'] })).toMatchObject({ data: { items: [{ state: 'terminated' }] } });
  // with both channels the first one ends too
  await grantsOf(t, [{ ...narrowEntry(t.account, anew), channels: [anew, grantedOn] }]);
  await t.run(seeGrants(t.context, t.account));
  expect(grantSeen(t, vm.id)).toBe('armed');
  expect(await called(t, 'vm destroy', { vms: ['ci'] })).toMatchObject({ data: { items: [{ state: 'terminated' }] } });
});

it('W-024: of a VM that this ledger did not make, two CCN hosts tell the channel', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const { id } = await t.run(createVm(t.context, { name: 'ci' }));
  const ledger = openMemoryLedger({ now: t.devnet.clock.now, network: 'devnet' });
  onTestFinished(() => ledger.close());
  const lost = await testContext({ world: { ...t, ledger }, ledger });
  await t.run(reconcile(lost.context, t.account));
  await t.run(seeGrants(lost.context, t.account));
  expect(grantSeen(lost, id)).toBe(undefined);
  await grantsOf(t, [narrowEntry(t.account, anew)]);
  await t.run(seeGrants(lost.context, t.account));
  expect(grantSeen(lost, id)).toBe('failed');
  expect(await codeOf(called(lost, 'vm destroy', { vms: [id] }))).toBe('DESTROY_INCOMPLETE');
});
