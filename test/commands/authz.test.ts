import { renderUnicodeCompact } from 'uqr';
import { expect, test } from 'vitest';
import { narrowEntry } from '../../src/domain/grants/grant-entry.ts';
import { changeGrants } from '../../src/lifecycle/grants/change-grants.ts';
import { called } from '../support/approval/approved-call.ts';
import { cli } from '../support/cli-world.ts';
import { doctorReport } from '../support/doctor-report.ts';
import { delegate, delegatedVm } from '../support/strays/delegate.ts';
import { type TestContext, testContext } from '../support/test-context.ts';

const channel = 'ALEPH-AGENT-0123456789ab';

const typed = (t: TestContext, line: string, terminal: boolean): Promise<string> =>
  t.run(cli(line, { context: t.context, terminal, environment: { NO_COLOR: '1' } })).then(({ stdout }) => stdout);

test('A-080 W-108 authz request shows its address as a QR code at a terminal, and nowhere else', async () => {
  const t = await testContext();
  const code = renderUnicodeCompact(t.account);
  const shown = await typed(t, 'authz request', true);
  for (const row of code.split('\n').map((one) => one.trimEnd())) expect(shown).toContain(row);
  expect(shown).toContain(`aleph-agent authz grant ${t.account} --channel ALEPH-AGENT-`);
  for (const line of ['authz request', 'authz request --json']) expect(await typed(t, line, false)).not.toMatch(/[█▀▄]/);
});

test('XA-11 doctor says of each delegate what authz check says, what ends with the grant too', async () => {
  const t = await testContext();
  expect((await t.run(doctorReport(t.context))).passed).toContainEqual({ check: 'grants', says: 'Nobody else may act for the account.' });
  await t.run(changeGrants(t.context, t.account, { add: [narrowEntry(delegate.address, channel)], remove: [] }));
  await t.devnet.clock.advance(1_000);
  await t.run(delegatedVm(t, channel));
  await t.devnet.clock.advance(5_000);
  const { data } = (await called(t, 'authz check', { address: delegate.address })) as { data: { says: string; runningVms: string[] } };
  expect(data.runningVms).toHaveLength(1);
  expect(data.says).toContain('only while the grant stands: after authz revoke nobody but this account ends it.');
  expect((await t.run(doctorReport(t.context))).passed).toContainEqual({ check: 'grants', says: data.says });
  const wide = { address: '0x1111111111111111111111111111111111111111' };
  await t.run(changeGrants(t.context, t.account, { add: [wide], remove: [] }));
  const { problems } = await t.run(doctorReport(t.context));
  expect(problems).toContainEqual(
    expect.objectContaining({ check: 'grants', says: expect.stringContaining('send its credits to anybody') }),
  );
});
