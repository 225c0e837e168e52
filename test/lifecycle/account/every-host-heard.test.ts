import { describe, expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import type { Cloud } from '../../../src/ports/network/cloud.ts';
import { create, createVm, failureOf } from '../../support/lifecycle-calls.ts';
import { type Change, changed, hostsAsked, type Slow, slowHost, timed } from '../../support/slow-host.ts';
import type { TestContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const nobody = 'ab'.repeat(32);
const late = 7_000;

type Read = (cloud: Cloud, t: TestContext, id: string) => Promise<unknown>;

/** What is concluded from the words of all, or from the silence of one: nobody is passed over for these. */
const everyHost: Record<string, Read> = {
  'accounts.held': ({ accounts }, t) => accounts.held(t.account),
  'accounts.burns': ({ accounts }, t) => accounts.burns(t.account),
  'accounts.removing': ({ accounts }, t) => accounts.removing(t.account),
  'accounts.transfers': ({ accounts }, t) => accounts.transfers(t.account, 0),
  'accounts.purchases': ({ accounts }, t) => accounts.purchases(t.account, `0x${nobody}`),
  'accounts.journal': ({ accounts }, t) => accounts.journal(t.account),
  'accounts.heads': ({ accounts }, t) => accounts.heads(t.account, 0, 10_000),
  'accounts.security': ({ accounts }, t) => accounts.security(t.account),
  'accounts.grantsShown': ({ accounts }, t) => accounts.grantsShown(t.account),
  'accounts.grantedBy': ({ accounts }, t) => accounts.grantedBy(t.account),
  'accounts.owned': ({ accounts }, t) => accounts.owned(t.account),
  'accounts.forwards': ({ accounts }, t, id) => accounts.forwards(t.account, id),
  'messages.statusOf': ({ messages }, _t, id) => messages.statusOf(id),
  'messages.channelOf': ({ messages }, _t, id) => messages.channelOf(id),
  'messages.endsOf': ({ messages }, _t, id) => messages.endsOf(id),
  'messages.listSentBy': ({ messages }, t) => messages.listSentBy(t.account),
  'messages.goneSentBy': ({ messages }, t) => messages.goneSentBy(t.account),
  'messages.vm of what nobody knows': ({ messages }) => messages.vm(nobody),
  'messages.transfer of what nobody knows': ({ messages }) => messages.transfer(nobody),
  'messages.rejectionOf of what nobody knows': ({ messages }) => messages.rejectionOf(nobody),
  'messages.imageExists of what nobody knows': ({ messages }) => messages.imageExists(nobody),
  'prices.priceOf': ({ prices }, _t, id) => prices.priceOf(id),
  clockSkew: async (cloud) => (await cloud.clockSkew()).map(({ host }) => host),
};

/** A VM, and from then on a host that takes its time. */
const withVm = async (pace: Slow): Promise<{ t: TestContext; id: string }> => {
  const then = { ms: pace.ms, slow: pace.slow, quick: pace.quick };
  Object.assign(pace, { ms: 0, slow: undefined, quick: undefined });
  const t = await slowHost(pace);
  const { id } = await t.run(createVm(t.context, { crn }));
  await t.run(t.devnet.clock.wait(60_000));
  Object.assign(pace, then);
  t.requests.length = 0;
  t.warnings.length = 0;
  return { t, id };
};

/** The message's status as it says it, whatever it has. */
const status = (id: () => string, word: string): Change =>
  changed<object>(/\/api\/v0\/messages\/[0-9a-f]{64}\/status$/, (body) => ({ ...body, status: word, item_hash: id() }));

describe('R-10 nobody is passed over for', () => {
  test.each(Object.entries(everyHost))('%s', async (_name, read) => {
    const pace: Slow = { host: 'ccn-c', ms: 0 };
    const { t, id } = await withVm(pace);
    const cloud = await t.context.cloud();
    const expected = await t.run(read(cloud, t, id));
    const asked = hostsAsked(t).sort();
    t.requests.length = 0;
    pace.ms = late;
    const { ms, value } = await timed(t, read(cloud, t, id));
    expect(ms).toBeGreaterThanOrEqual(late);
    expect(value).toEqual(expected);
    expect(hostsAsked(t).sort()).toEqual(asked);
  });
});

describe('R-10 nothing is concluded without a slow host', () => {
  test('a VM that it says is alive is not called gone', async () => {
    let vm = '';
    const { t, id } = await withVm({ host: 'ccn-c', ms: late, slow: status(() => vm, 'processed') });
    vm = id;
    expect(await t.run(failureOf(destroy(t.context, id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
    expect(t.vms()).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
  });

  test('of two, one that hangs does not say that a VM is gone', async () => {
    const { t, id } = await withVm({ host: 'ccn-b', ms: 600_000, hosts: 2 });
    expect(await t.run(failureOf(destroy(t.context, id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
    expect(t.vms()).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
  });

  test('another ledger’s head that it alone shows refuses to spend', async () => {
    const elsewhere = changed<{ data: { 'aleph-agent'?: { ledger?: object } } }>(/keys=aleph-agent/, (body) => {
      const { ledger } = body.data['aleph-agent'] ?? {};
      if (ledger !== undefined) Object.assign(ledger, { id: 'cd'.repeat(16), at: '2026-11-20T13:00:00Z' });
      return body;
    });
    const { t } = await withVm({ host: 'ccn-c', ms: late, slow: elsewhere });
    expect(await t.run(failureOf(create(t.context, { crn }, false)))).toMatchObject({ code: 'LEDGER_OTHER' });
    expect(t.bills()).toHaveLength(1);
  });

  test('a VM that it alone lists is there', async () => {
    const none = changed<object>(/msgTypes=INSTANCE/, (body) => ({ ...body, messages: [], pagination_total: 0 }));
    const { t, id } = await withVm({ host: 'ccn-c', ms: late, quick: none });
    expect(await t.run((await t.context.cloud()).messages.listSentBy(t.account))).toMatchObject([{ id, listedBy: 1, deniedBy: 2 }]);
  });
});
