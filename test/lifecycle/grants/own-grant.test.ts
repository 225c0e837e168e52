import { expect, test } from 'vitest';
import { ownEntries } from '../../../src/domain/grants/own-grant.ts';
import { leftByGiver } from '../../../src/lifecycle/account/agreed-transfers.ts';
import { changeGrants } from '../../../src/lifecycle/grants/change-grants.ts';
import { readGrants } from '../../../src/lifecycle/operation/read-grants.ts';
import { planReturn } from '../../../src/lifecycle/transfer/plan-transfer.ts';
import { agreedAtTerminal, called, signedFor } from '../../support/approval/approved-call.ts';
import { boss, withApprover } from '../../support/approval/approver.ts';
import { cli } from '../../support/cli-world.ts';
import { doctorReport } from '../../support/doctor-report.ts';
import { failureOf } from '../../support/lifecycle-calls.ts';
import { delegate, signerOf } from '../../support/strays/delegate.ts';
import { giveCredits } from '../../support/strays/give-credits.ts';
import { type ContextOptions, type TestContext, testContext } from '../../support/test-context.ts';

const stranger = delegate.address;

/** An account that lives on 3 USD of its owner's, besides what it had. */
const allowed = async (options: ContextOptions = {}): Promise<TestContext & { owner: string }> => {
  const t = await testContext(options);
  return { ...t, owner: await giveCredits(t, { credits: 3_000_000n, expiresAt: null }) };
};

const grantTo = (address: string) => ({ address, own: true });
const standing = async (t: TestContext): Promise<readonly unknown[]> => (await t.run(readGrants(t.context, t.account))).authorizations;
const granted = async (t: TestContext & { owner: string }) => agreedAtTerminal(t, 'authz grant', grantTo(t.owner));

test('N-04 N-05 XA-11 the grant back is two entries, byte for byte, beside those of others; a person agrees to it', async () => {
  const t = await allowed();
  const odd = { note: 'from elsewhere', address: boss.address, types: ['STORE'], extra: { a: [1, null] } };
  await t.run(changeGrants(t.context, t.account, { add: [odd], remove: [] }));
  // a wider grant of somebody else stops until it is named
  expect(await failureOf(called(t, 'authz grant', grantTo(t.owner)))).toMatchObject({
    code: 'GRANT_TOO_WIDE',
    details: { facts: { entries: [{ address: boss.address }] } },
  });
  const failure = await failureOf(called(t, 'authz grant', { ...grantTo(t.owner), keepWide: [boss.address] }));
  expect(failure).toMatchObject({
    code: 'APPROVAL_NEEDED',
    message: expect.stringContaining('A person decides who else may move the credits'),
  });
  expect(await agreedAtTerminal(t, 'authz grant', { ...grantTo(t.owner), keepWide: [boss.address] })).toMatchObject({
    data: { address: t.owner, channel: null, changed: true },
  });
  const rent = `{"address":"${t.owner}","chain":"ETH","channels":["ALEPH-AGENT"],"types":["INSTANCE","AGGREGATE"],"aggregate_keys":["port-forwarding"]}`;
  const take = `{"address":"${t.owner}","chain":"ETH","channels":["ALEPH_CREDIT"],"types":["POST"],"post_types":["aleph_credit_transfer"]}`;
  expect(JSON.stringify(await standing(t))).toBe(`[${JSON.stringify(odd)},${rent},${take}]`);
  expect(await called(t, 'authz grant', grantTo(t.owner))).toMatchObject({ data: { changed: false } });
  expect(t.ledger.effects({ point: 'authz.confirmed' })).toMatchObject([{ outcome: 'granted', facts: { address: t.owner } }]);
});

test('N-05 XA-11 it goes to whoever gave the allowance, as signed transfers prove it, and to nobody else', async () => {
  const t = await allowed();
  const refused = await failureOf(called(t, 'authz grant', grantTo(stranger)));
  expect(refused).toMatchObject({ code: 'GRANT_TOO_WIDE', details: { facts: { gave: t.owner } } });
  expect(refused.message).toBe(
    `What is left of the allowances of ${t.account} came from ${t.owner}, not from ${stranger}: nobody else may be let take its credits and end its VMs.`,
  );
  expect(await failureOf(called(t, 'authz grant', grantTo(t.owner.toLowerCase())))).toMatchObject({ code: 'USAGE' });
  expect(await failureOf(called(t, 'authz grant', { address: t.owner }))).toMatchObject({ code: 'USAGE' });
  for (const more of [{ channel: 'ALEPH-AGENT-0123456789ab' }, { until: '7d' }])
    expect(await failureOf(called(t, 'authz grant', { ...grantTo(t.owner), ...more }))).toMatchObject({ code: 'USAGE' });
  const poor = await testContext();
  expect(await failureOf(called(poor, 'authz grant', grantTo(stranger)))).toMatchObject({ code: 'ALLOWANCE_NOT_FOUND' });
  const liar = await testContext({
    world: t,
    spoil: async (response, request) =>
      request.url.includes('credit_history') ? new Response((await response.text()).replaceAll(t.owner, stranger), response) : response,
  });
  expect(await failureOf(called(liar, 'authz grant', grantTo(stranger)))).toMatchObject({ code: 'ALLOWANCE_NOT_FOUND' });
  expect(await standing(t)).toEqual([]);
});

test('N-05 a transfer that was signed and never published makes nobody a giver, though one host shows it', async () => {
  const t = await allowed();
  const cloud = await t.context.cloud();
  const made = await cloud.signing.transfer(
    { to: t.account, credits: 9_000_000_000n, expiresAt: null, at: t.devnet.clock.now() },
    signerOf(delegate),
  );
  const { message } = JSON.parse(made.bytes) as { message: Record<string, unknown> };
  const row = {
    amount: 9_000_000_000,
    payment_method: 'credit_transfer',
    origin: stranger,
    credit_ref: made.id,
    credit_index: 0,
    message_timestamp: new Date(t.devnet.clock.now()).toISOString(),
    expiration_date: null,
  };
  const liar = await testContext({
    world: t,
    spoil: async (response, { url }) => {
      if (!url.startsWith(t.devnet.origins.ccnA)) return response;
      if (url.includes(`/messages/${made.id}`)) return Response.json({ message });
      if (!url.includes('credit_history')) return response;
      const shown = (await response.json()) as { credit_history: object[]; pagination_total: number };
      return Response.json({ ...shown, credit_history: [...shown.credit_history, row], pagination_total: shown.pagination_total + 1 });
    },
  });
  expect(await failureOf(called(liar, 'authz grant', grantTo(stranger)))).toMatchObject({ code: 'GRANT_TOO_WIDE' });
  expect(await liar.run(planReturn(liar.context, null, 'all'))).toMatchObject({ subject: { to: t.owner, credits: '3000000' } });
});

test('N-05 what went back beyond the allowance is no part of the next one', async () => {
  const t = await allowed();
  const rows = [3n, -13n, 5n].map((credits) => ({ other: t.owner, credits }));
  expect([...leftByGiver(rows)]).toEqual([[t.owner, 5n]]);
});

test('what was agreed to goes to no address that is the owner no more', async () => {
  const t = await allowed();
  await withApprover(t);
  const { id, shown } = await signedFor(t, 'authz grant', grantTo(t.owner));
  expect(shown).toMatchObject({ primaryType: 'GrantExposure', message: { to: t.owner, channel: 'ALEPH-AGENT, ALEPH_CREDIT' } });
  expect(shown.message['what']).toContain('end the VMs of this account and take its credits back');
  await called(t, 'credits return', { usd: '3' });
  await t.devnet.clock.advance(5_000);
  expect(await failureOf(called(t, 'authz grant', grantTo(t.owner), id))).toMatchObject({ code: 'ALLOWANCE_NOT_FOUND' });
  expect(await standing(t)).toEqual([]);
});

test('XA-11 authz ls, check and doctor tell the grant back in words, and warn of one to a stranger; revoke takes it away', async () => {
  const t = await allowed();
  await granted(t);
  const { data } = (await called(t, 'authz ls', {})) as { data: { items: { may: string[]; wide: boolean }[] } };
  expect(data.items).toMatchObject([
    { wide: false },
    { wide: true, may: [expect.stringContaining('send its credits'), expect.anything()] },
  ]);
  for (const { may } of data.items) expect(may).toContain('this is part of the grant back to an owner (authz grant --own)');
  const check = (await called(t, 'authz check', { address: t.owner })) as { data: { says: string; movableUsd: string } };
  expect(check.data).toMatchObject({ movableUsd: '13.0000' });
  expect(check.data.says).toContain(`with this machine lost, ${t.owner} can take the credits back and end the VMs.`);
  expect((await t.run(doctorReport(t.context))).passed).toContainEqual({ check: 'grants', says: check.data.says });
  await t.run(changeGrants(t.context, t.account, { add: ownEntries(stranger), remove: [] }));
  const { problems } = await t.run(doctorReport(t.context));
  expect(problems).toContainEqual(
    expect.objectContaining({ says: expect.stringContaining(`${stranger} gave no allowance that is left here`) }),
  );
  expect(problems.filter(({ check: what }) => what === 'grants')).toHaveLength(1);
  expect(await called(t, 'authz revoke', { address: t.owner })).toMatchObject({ data: { changed: true } });
  expect(await standing(t)).toEqual(ownEntries(stranger));
});

test('status says on an allowance whether the grant back stands, in the wave of its other readings', async () => {
  const roundTripMs = 100;
  const t = await testContext({
    spoil: async (response) => {
      await t.devnet.clock.wait(roundTripMs);
      return response;
    },
  });
  const status = async (world: TestContext) => ((await called(world, 'status', {})) as { data: Record<string, unknown> }).data;
  const lasted = async (): Promise<number> => {
    const from = t.devnet.clock.now();
    await status(t);
    return t.devnet.clock.now() - from;
  };
  expect(await status(t)).not.toHaveProperty('owner');
  expect(await lasted()).toBe(roundTripMs);
  const quick = await testContext({ world: t });
  const address = await giveCredits(quick, { credits: 3_000_000n, expiresAt: null });
  expect(await status(quick)).toMatchObject({ owner: { address, canTakeBack: false } });
  expect(await lasted()).toBe(roundTripMs);
  await granted({ ...quick, owner: address });
  expect(await status(quick)).toMatchObject({ owner: { address, canTakeBack: true } });
  const { stdout } = await quick.run(cli('status --json', { context: quick.context }));
  expect(JSON.parse(stdout)).toMatchObject({ data: { owner: { canTakeBack: true } } });
  const split = await testContext({
    world: t,
    spoil: async (response, request) =>
      request.url.includes('ccn-b') && request.url.includes('keys=security') ? new Response('none', { status: 404 }) : response,
  });
  expect(await status(split)).toMatchObject({ owner: { address, canTakeBack: null } });
  expect(((await called(quick, 'status', { offline: true })) as { data: object }).data).not.toHaveProperty('owner');
});
