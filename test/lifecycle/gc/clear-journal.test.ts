import { createHash } from 'node:crypto';
import { ethers } from 'ethers';
import { expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure/failure.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { extend } from '../../../src/lifecycle/extend/extend.ts';
import { planExtend } from '../../../src/lifecycle/extend/plan-extend.ts';
import { clearJournal } from '../../../src/lifecycle/gc/clear-journal.ts';
import { reconcile } from '../../../src/lifecycle/gc/reconcile.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { type TestContext, testContext } from '../../support/test-context.ts';

const hour = 3_600_000;

/** The VM, extended by an hour: its expiry stands in the journal. */
const extended = async ({ context, run }: TestContext, name: string): Promise<string> => {
  const { id } = await run(createVm(context, { name }));
  const wish = { reference: name, bySeconds: 3600, until: null, requestId: null, argumentsDigest: name };
  await run(planExtend(context, wish).then((plan) => extend(context, plan)));
  return id;
};

const ended = async (t: TestContext, ...ids: string[]): Promise<void> => {
  for (const id of ids) await t.run(destroy(t.context, id, 'destroy'));
};

/** Until the bills of what ended are final. */
const settle = async (t: TestContext): Promise<void> => {
  t.devnet.ccn.bill();
  await t.run(reconcile(t.context, t.account));
  await t.run(t.devnet.clock.wait(27 * hour));
};

const aggregate = async ({ devnet, account, run }: TestContext): Promise<Record<string, unknown>> => {
  const response = await run(devnet.fetch(`${devnet.origins.ccnA}/api/v0/aggregates/${account}.json?keys=aleph-agent`));
  return ((await response.json()) as { data: { 'aleph-agent': Record<string, unknown> } }).data['aleph-agent'];
};

/** What was sent to the account's journal beside heads. */
const removals = (t: TestContext): string[][] =>
  t.ledger.effects({ point: 'journal.signed' }).map(({ facts }) => (facts as { vms: string[] }).vms);

test('R-08 entries of settled VMs go by one message; those of live VMs, of others and the head stay', async () => {
  const sent: Record<string, unknown>[] = [];
  const t = await testContext({
    onRequest: async (request) => {
      if (request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return;
      const { message } = (await request.json()) as { message: { type: string; item_content: string; item_hash: string } };
      const { content } = JSON.parse(message.item_content) as { content: Record<string, unknown> };
      if (message.type === 'AGGREGATE' && !('ledger' in content))
        sent.push({ recorded: t.ledger.signed(message.item_hash) !== null, content });
    },
  });
  const [one, two] = [await extended(t, 'one'), await extended(t, 'two')];
  await ended(t, one, two);
  await settle(t);
  const live = await extended(t, 'live');
  const other = 'ab'.repeat(32);
  await writeBeside(t, { [other]: { expires: '2026-11-21T00:00:00Z' }, note: 'of another program' });
  const before = await aggregate(t);
  sent.length = 0;
  await t.run(reconcile(t.context, t.account));
  expect(sent).toEqual([{ recorded: true, content: { [one]: null, [two]: null } }]);
  expect(await aggregate(t)).toEqual({ ...before, [one]: null, [two]: null });
  expect(before).toMatchObject({ [live]: { expires: expect.any(String) }, ledger: { id: expect.any(String) } });
  await t.run(reconcile(t.context, t.account));
  expect(sent).toHaveLength(1);
});

test('R-08 a row that somebody edited removes no entry of a VM that the network has', async () => {
  const t = await testContext();
  const live = await extended(t, 'live');
  const before = await aggregate(t);
  const edited = t.ledger.vms().map((vm) => ({ ...vm, state: 'terminated' as const, settled: true }));
  await t.run(clearJournal({ ...t.context, ledger: async () => ({ ...t.ledger, vms: () => edited }) }, t.account));
  expect((await aggregate(t))[live]).toEqual(before[live]);
  expect(removals(t)).toEqual([]);
});

test('R-08 nothing is removed while one CCN host does not answer, or the key is locked; the next round makes up for it', async () => {
  const t = await testContext();
  const one = await extended(t, 'one');
  await ended(t, one);
  await settle(t);
  const lift = t.fault('ccn-b drop-before');
  await t.run(reconcile(t.context, t.account));
  expect([t.ledger.vm(one)?.settled, removals(t)]).toEqual([true, []]);
  lift();
  const [key] = t.context.keys.list();
  const locked = { ...t.context, keys: { ...t.context.keys, list: () => [{ ...key!, kind: 'keystore' as const }] } };
  await t.run(reconcile(locked, t.account));
  expect(removals(t)).toEqual([]);
  await t.run(reconcile(t.context, t.account));
  expect(removals(t)).toEqual([[one]]);
});

test('R-08 a removal that a host rejects is sent again as it is, signed anew only after a day; and a key that cannot be had fails no round', async () => {
  const t = await testContext();
  const one = await extended(t, 'one');
  await ended(t, one);
  await settle(t);
  const withoutKey = {
    ...t.context,
    keys: { ...t.context.keys, signer: () => Promise.reject(new Failure('USAGE', 'The passphrase cannot be read.')) },
  };
  expect(await t.run(reconcile(withoutKey, t.account))).toMatchObject({ busy: [] });
  expect(t.warnings).toContainEqual(expect.objectContaining({ code: 'JOURNAL_UNTIDY' }));
  expect(removals(t)).toEqual([]);
  const lift = t.fault('ccn-a status 502 method=POST');
  const liftOther = t.fault('ccn-b status 502 method=POST');
  for (let round = 0; round < 3; round++) await t.run(reconcile(t.context, t.account));
  expect(removals(t)).toEqual([[one]]);
  lift();
  liftOther();
  await t.run(reconcile(t.context, t.account));
  expect([removals(t), (await aggregate(t))[one]]).toEqual([[[one]], null]);
});

/** Another program of this account writes into the same aggregate. */
const writeBeside = async (t: TestContext, content: Record<string, unknown>): Promise<void> => {
  const wallet = new ethers.Wallet(t.devnet.accounts[0]!.privateKey);
  expect(wallet.address).toBe(t.account);
  const time = t.devnet.clock.now() / 1000;
  const item_content = JSON.stringify({ address: t.account, key: 'aleph-agent', content, time });
  const item_hash = createHash('sha256').update(item_content).digest('hex');
  const signature = await wallet.signMessage(['ETH', t.account, 'AGGREGATE', item_hash].join('\n'));
  const envelope = { chain: 'ETH', sender: t.account, type: 'AGGREGATE', channel: 'other', time, item_type: 'inline' };
  const body = JSON.stringify({ sync: true, message: { ...envelope, item_content, item_hash, signature } });
  const headers = { 'content-type': 'application/json' };
  const posted = await t.run(t.devnet.fetch(`${t.devnet.origins.ccnA}/api/v0/messages`, { method: 'POST', body, headers }));
  expect(posted.status).toBe(200);
  await t.run(t.devnet.clock.wait(5_000));
};
