import { expect, it } from 'vitest';
import { called } from '../../support/approval/approved-call.ts';
import { createVm, failureOf, gc } from '../../support/lifecycle-calls.ts';
import { delegatedContext, letRent } from '../../support/payer/payer.ts';

it('W-023: while nobody tells of the grant, the next node is put off and not given up', async () => {
  let doubtful = false;
  const lifts: (() => void)[] = [];
  const t = await delegatedContext({
    onRequest: (request) => {
      if (!doubtful || request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return;
      doubtful = false;
      for (const crn of ['crn-0', 'crn-1', 'crn-2']) lifts.push(t.fault(`${crn} full`));
      lifts.push(t.fault(`ccn-b status 503 path=/api/v0/aggregates/${t.payer}`));
    },
  });
  await letRent(t);
  doubtful = true;
  const failure = await t.run(failureOf(createVm(t.context, { name: 'ci' })));
  expect(failure).toMatchObject({ code: 'STILL_WAITING', details: { fix: { command: 'aleph-agent vm wait ci' } } });
  expect(t.ledger.operations()).toMatchObject([{ state: 'running' }]);
  for (const lift of lifts) lift();
  expect(await called(t, 'vm wait', { vm: 'ci' })).toMatchObject({ data: { state: 'healthy' } });
  expect(t.vms().map(({ state, attempt }) => [state, attempt])).toEqual([
    ['terminated', 1],
    ['healthy', 2],
  ]);
});

it('W-023: forwards that were left because nobody told of the grant are removed by a later round of gc', async () => {
  const t = await delegatedContext();
  await letRent(t);
  const { id } = await t.run(createVm(t.context, { name: 'ci' }));
  await called(t, 'vm port add', { vm: 'ci', ports: ['8080'] });
  const lift = t.fault(`ccn-b status 503 path=/api/v0/aggregates/${t.payer}`);
  const from = t.devnet.clock.now();
  expect(await called(t, 'vm destroy', { vms: ['ci'] })).toMatchObject({
    data: { items: [{ state: 'terminated', forwardsRemoved: false }] },
  });
  const [sent] = t.ledger.effects({ vm: id, point: 'destroy.published' });
  expect(sent!.at - from).toBeLessThan(15_000);
  lift();
  expect(await t.run(gc(t.context, t.account))).toMatchObject([{ id, reason: 'halfDone', reached: 'terminated' }]);
  expect(t.devnet.chain.aggregate(t.payer, 'port-forwarding')).toEqual({ [id]: null });
  expect(t.ledger.vm(id)?.receipt).toMatchObject({ forwardsRemoved: true });
  expect(await t.run(gc(t.context, t.account))).toEqual([]);
});
