import { describe, expect, test } from 'vitest';
import { accountStanding } from '../../../src/lifecycle/account/account-standing.ts';
import { surveyNodes } from '../../../src/lifecycle/nodes/survey-nodes.ts';
import { accountAtAGlance } from '../../../src/lifecycle/view/account-at-a-glance.ts';
import { seeVms } from '../../../src/lifecycle/view/list-vms.ts';
import type { Cloud } from '../../../src/ports/network/cloud.ts';
import { create, createVm, failureOf, planCreate } from '../../support/lifecycle-calls.ts';
import { type Change, changed, hostsAsked, type Slow, slowHost, timed, vmBesideSlowHost } from '../../support/slow-host.ts';
import type { TestContext } from '../../support/test-context.ts';

const crn = 'http://crn-0.devnet.test';
const second = 1_000;
/** Accepts what is asked, and never answers while a call lives. */
const hung = 24 * 3600 * second;
/** How long a host may take that answers nothing else either. */
const patienceMs = 500;

const lists = /msgTypes=INSTANCE&addresses/;
const withheld = changed<object>(lists, (body) => ({ ...body, messages: [], pagination_total: 0 }));

const calls: [string, (t: TestContext) => Promise<unknown>][] = [
  ['credits balance', (t) => accountStanding(t.context, { account: t.account, payer: t.account })],
  ['status', (t) => accountAtAGlance(t.context, false)],
  ['vm ls', (t) => seeVms(t.context, { vms: t.vms(), up: t.vms(), offline: false })],
  ['vm create --dry-run', (t) => planCreate(t.context, { crn })],
  ['crns ls', (t) => surveyNodes(t.context)],
];

describe('R-10 a third host that hangs', () => {
  test.each(calls)('%s: two that agree are waited for, and no one else', async (_line, call) => {
    const pace: Slow = { host: 'ccn-c', ms: 0 };
    const t = await slowHost(pace);
    await t.run(createVm(t.context, { name: 'one', crn }));
    pace.ms = hung;
    t.warnings.length = 0;
    expect((await timed(t, call(t))).ms).toBeLessThanOrEqual(patienceMs);
    // within the minute it is known
    expect((await timed(t, call(t))).ms).toBe(0);
    expect(t.warnings).toEqual([]);
  });

  test('vm create --no-wait: from its plan to what the network makes of it', async () => {
    const usual = await slowHost({ host: 'ccn-c', ms: 0 });
    const sound = await timed(usual, create(usual.context, { crn }, false));
    const t = await slowHost({ host: 'ccn-c', ms: hung });
    const { ms, value } = await timed(t, create(t.context, { crn }, false));
    expect(value.vm.state).toBe(sound.value.vm.state);
    // hosts that took a head are given 1.5 s to be three (protocol-ccn.md §2.1)
    expect(ms - sound.ms).toBeLessThanOrEqual(patienceMs);
  });

  test('vm create --no-wait: no message is posted first to a host that hangs', async () => {
    const t = await slowHost({ host: 'ccn-a', ms: hung });
    await t.run(create(t.context, { crn }, false));
    const posts = t.requests.filter((request) => /^POST .*\/api\/v0\/messages$/.test(request)).slice(-1);
    expect(posts).toEqual([expect.stringContaining('ccn-b')]);
  });
});

type Read = (cloud: Cloud, t: TestContext, id: string) => Promise<unknown>;

/** Of words in the order of the hosts those of the first two. */
const ofTwo = <Word>(words: readonly Word[]): Word[] => words.slice(0, 2);

const reads: Record<string, Read> = {
  'accounts.burns': async ({ accounts }, t) => ofTwo(await accounts.burns(t.account)),
  'accounts.removing': ({ accounts }, t) => accounts.removing(t.account),
  'accounts.transfers': async ({ accounts }, t) => ofTwo(await accounts.transfers(t.account, 0)),
  'accounts.journal': async ({ accounts }, t) => ofTwo(await accounts.journal(t.account)),
  'accounts.heads': async ({ accounts }, t) => ofTwo(await accounts.heads(t.account, 0, 10_000)),
  'accounts.security': async ({ accounts }, t) => ofTwo(await accounts.security(t.account)),
  'accounts.grantsShown': async ({ accounts }, t) => ofTwo(await accounts.grantsShown(t.account)),
  'messages.statusSoon': async ({ messages }, _t, id) => ofTwo(await messages.statusSoon(id)),
  'messages.endsOf': async ({ messages }, _t, id) => ofTwo(await messages.endsOf(id)),
  'messages.listSentBy': async ({ messages }, t) => (await messages.listSentBy(t.account)).map(({ id }) => id),
  'messages.goneSentBy': ({ messages }, t) => messages.goneSentBy(t.account),
  'prices.priceOf': ({ prices }, _t, id) => prices.priceOf(id),
  clockSkew: async (cloud) => ofTwo((await cloud.clockSkew()).map(({ host }) => host)),
};

describe('R-10 what any host has counts, unless it is slower by far than two that say the same', () => {
  test.each(Object.entries(reads))('%s', async (_name, read) => {
    const pace: Slow = { host: 'ccn-c', ms: 0 };
    const t = await slowHost(pace);
    const { id } = await t.run(createVm(t.context, { crn }));
    await t.run(t.devnet.clock.wait(60 * second));
    const cloud = await t.context.cloud();
    t.requests.length = 0;
    const whole = await t.run(read(cloud, t, id));
    const asked = hostsAsked(t).sort();
    expect([...new Set(asked)]).toEqual(['ccn-a', 'ccn-b', 'ccn-c']);
    t.requests.length = 0;
    pace.ms = hung;
    const { ms, value } = await timed(t, read(cloud, t, id));
    expect(ms).toBe(patienceMs);
    expect(value).toEqual(whole);
    // of two hosts each is waited for
    const two = await slowHost({ host: 'ccn-b', ms: 7 * second, hosts: 2 });
    expect((await timed(two, read(await two.context.cloud(), two, id))).ms).toBeGreaterThanOrEqual(7 * second);
  });

  test('a VM that only a third lists, which is no slower than twice', async () => {
    const { t, id } = await vmBesideSlowHost({ host: 'ccn-c', ms: 490, quick: withheld });
    expect(await t.run((await t.context.cloud()).messages.listSentBy(t.account))).toMatchObject([{ id, listedBy: 1, deniedBy: 2 }]);
  });

  test('where two differ the third is waited for', async () => {
    const onA: Change = (response, request) => (request.url.includes('ccn-a') ? withheld(response, request) : response);
    const { t } = await vmBesideSlowHost({ host: 'ccn-c', ms: 7 * second, quick: onA });
    const { ms, value } = await timed(t, (await t.context.cloud()).messages.listSentBy(t.account));
    expect([ms, value]).toEqual([7 * second, [expect.objectContaining({ listedBy: 2, deniedBy: 1 })]]);
  });

  test('one that is slower, and has another list, is told of', async () => {
    const { t } = await vmBesideSlowHost({ host: 'ccn-c', ms: 5 * second, slow: withheld });
    await t.run((await t.context.cloud()).messages.listSentBy(t.account));
    await t.run(t.devnet.clock.wait(5 * second));
    expect(t.warnings).toMatchObject([
      { code: 'HOST_CONTRADICTS', message: expect.stringMatching(/ccn-c.* 0 VMs, where they say 1 VM\./) },
    ]);
  });
});

/** What a ledger published that spent once is on two hosts at least: it reads it back from two before it spends. */
describe('R-10 another ledger’s head refuses to spend', () => {
  const elsewhere = changed<{ data: { 'aleph-agent'?: { ledger?: object } } }>(/keys=aleph-agent/, (body) => {
    const { ledger } = body.data['aleph-agent'] ?? {};
    if (ledger !== undefined) Object.assign(ledger, { id: 'cd'.repeat(16), at: '2026-11-20T13:00:00Z' });
    return body;
  });
  const onB: Change = (response, request) => (request.url.includes('ccn-b') ? elsewhere(response, request) : response);

  test.each<[string, Slow]>([
    ['where one host alone shows it, and each answers', { host: 'ccn-c', ms: 490, slow: elsewhere }],
    ['where one of two that answer shows it, and the third hangs', { host: 'ccn-c', ms: hung, quick: onB }],
    ['where one of two shows it, and the third, which is slow, does too', { host: 'ccn-c', ms: 7 * second, quick: onB, slow: elsewhere }],
  ])('%s', async (_where, pace) => {
    const { t } = await vmBesideSlowHost(pace);
    expect(await t.run(failureOf(create(t.context, { crn }, false)))).toMatchObject({ code: 'LEDGER_OTHER' });
    expect(t.bills()).toHaveLength(1);
  });

  test('one that a third alone shows, when two have long said otherwise, is told of', async () => {
    const { t } = await vmBesideSlowHost({ host: 'ccn-c', ms: 5 * second, slow: elsewhere });
    await t.run(planCreate(t.context, { crn }));
    await t.run(t.devnet.clock.wait(5 * second));
    expect(t.warnings).toMatchObject([{ code: 'HOST_CONTRADICTS', message: expect.stringContaining('ccn-c.devnet.test contradicts') }]);
  });
});
