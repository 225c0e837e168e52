import { describe, expect, test } from 'vitest';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import type { Cloud } from '../../../src/ports/network/cloud.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { type Change, changed, hostsAsked, type Slow, timed, vmBesideSlowHost } from '../../support/slow-host.ts';
import type { TestContext } from '../../support/test-context.ts';

const nobody = 'ab'.repeat(32);
const late = 7_000;

type Read = (cloud: Cloud, t: TestContext, id: string) => Promise<unknown>;

/** What ends a VM, or is concluded from the silence of one: nobody is passed over for these. */
const everyHost: Record<string, Read> = {
  'accounts.held': ({ accounts }, t) => accounts.held(t.account),
  'accounts.purchases': ({ accounts }, t) => accounts.purchases(t.account, `0x${nobody}`),
  'accounts.grantedBy': ({ accounts }, t) => accounts.grantedBy(t.account),
  'accounts.owned': ({ accounts }, t) => accounts.owned(t.account),
  'accounts.forwards': ({ accounts }, t, id) => accounts.forwards(t.account, id),
  'messages.statusOf': ({ messages }, _t, id) => messages.statusOf(id),
  'messages.channelOf': ({ messages }, _t, id) => messages.channelOf(id),
  'messages.vm of what nobody knows': ({ messages }) => messages.vm(nobody),
  'messages.transfer of what nobody knows': ({ messages }) => messages.transfer(nobody),
  'messages.rejectionOf of what nobody knows': ({ messages }) => messages.rejectionOf(nobody),
  'messages.imageExists of what nobody knows': ({ messages }) => messages.imageExists(nobody),
};

/** The message's status as it says it, whatever it has. */
const status = (id: () => string, word: string): Change =>
  changed<object>(/\/api\/v0\/messages\/[0-9a-f]{64}\/status$/, (body) => ({ ...body, status: word, item_hash: id() }));

describe('R-10 nobody is passed over for', () => {
  test.each(Object.entries(everyHost))('%s', async (_name, read) => {
    const pace: Slow = { host: 'ccn-c', ms: 0 };
    const { t, id } = await vmBesideSlowHost(pace);
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
    const { t, id } = await vmBesideSlowHost({ host: 'ccn-c', ms: late, slow: status(() => vm, 'processed') });
    vm = id;
    expect(await t.run(failureOf(destroy(t.context, id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
    expect(t.vms()).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
  });

  test('of two, one that hangs does not say that a VM is gone', async () => {
    const { t, id } = await vmBesideSlowHost({ host: 'ccn-b', ms: 600_000, hosts: 2 });
    expect(await t.run(failureOf(destroy(t.context, id, 'destroy')))).toMatchObject({ code: 'DESTROY_INCOMPLETE' });
    expect(t.vms()).toMatchObject([{ state: 'stopping', terminatedAt: null }]);
  });
});
