import { expect, test } from 'vitest';
import { secretHash } from '../../../src/domain/agents/invitation.ts';
import { join } from '../../../src/lifecycle/agents/join.ts';
import { noteRefusals } from '../../../src/lifecycle/agents/note-refusals.ts';
import { askedAlert } from '../../../src/lifecycle/alerts/find-alerts.ts';
import { raiseAlerts } from '../../../src/lifecycle/alerts/raise-alerts.ts';
import { requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import type { Alert } from '../../../src/ports/host/alerts.ts';
import { letIn } from '../../support/let-in.ts';
import { codeOf, planCreate } from '../../support/lifecycle-calls.ts';
import { testContext } from '../../support/test-context.ts';

const minute = 60_000;

/** The owner of a safe, whose alerts are heard, and an agent. */
const ownerAndAgent = async () => {
  const owner = await testContext();
  const { account, ledger, devnet } = owner;
  letIn(ledger, 'ci', { account, now: devnet.clock.now(), limits: { maxTotalCredits: '5000000' } });
  const heard: Alert[] = [];
  const deliver = async (alert: Alert) => {
    heard.push(alert);
    return [];
  };
  const host = { ...owner.context.host, alerts: { ...owner.context.host.alerts, deliver } };
  const ci = await testContext({ world: owner, agent: 'ci', seed: 2 });
  return { owner, context: { ...owner.context, host }, ci, heard, ledger, account, run: owner.run, clock: devnet.clock };
};

test('what a safe refused stands in one row, whose hash the chain has', async () => {
  const { context, ledger, account, run } = await ownerAndAgent();
  const before = ledger.effects({ account }).length;
  const agents = new Map([
    ['ci', 3],
    ['ops', 9000],
  ]);
  await run(noteRefusals(context, account, { agents, strangers: 10_000 }));
  const [row] = ledger.effects({ account, limit: 1 });
  expect(row).toMatchObject({ point: 'agents.set', outcome: 'refused', facts: { name: 'ops', refused: 9003, strangers: 10_000 } });
  expect(ledger.effects({ account })).toHaveLength(before + 1);
  expect(ledger.firstBrokenLink()).toBeNull();
});

test('an invitation that is used again and again is a row a minute, and one that there is not is none', async () => {
  const { context, ledger, account, run, clock, heard } = await ownerAndAgent();
  const code = 'c0de';
  const now = clock.now();
  ledger.write('agents.set', (row) =>
    row.putAgent({ ...row.agent('ci')!, token: secretHash('own'), invitation: secretHash(code), invitedUntil: now + minute }),
  );
  const rows = (): number => ledger.effects({ account, point: 'agents.set' }).length;
  const again = (given: string) => run(codeOf(join(context, { code: given, token: 'another' })));
  const before = rows();
  for (let count = 0; count < 5; count += 1) expect([await again(code), await again('guess')]).toEqual(['AGENT_REFUSED', 'AGENT_REFUSED']);
  expect([rows(), heard.map((alert) => alert.code)]).toEqual([before + 1, ['AGENT_JOINED_TWICE']]);
  await clock.advance(minute + 1000);
  await again(code);
  expect(rows()).toBe(before + 2);
});

test('people hear of what agents ask once in ten minutes, however much that is, and not of what they asked themselves', async () => {
  const { owner, context, ci, account, run, clock, heard } = await ownerAndAgent();
  const plan = await run(planCreate(ci.context, { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, name: 'big' }));
  const round = async (): Promise<string[]> => {
    await run(askedAlert(context, account).then((alerts) => raiseAlerts(context, alerts)));
    return heard.map(({ code, message }) => `${code} ${message}`);
  };
  await run(requestApproval(owner.context, plan, 'own'));
  expect(await round()).toEqual([]);
  await run(requestApproval(ci.context, plan, 'a'));
  const first = 'APPROVAL_WAITS 1 request of ci waits for a person: approvals ls.';
  expect(await round()).toEqual([first]);
  await clock.advance(5 * minute);
  await run(requestApproval(ci.context, plan, 'b'));
  expect(await round()).toEqual([first]);
  await clock.advance(6 * minute);
  expect(await round()).toEqual([first, 'APPROVAL_WAITS 1 request of ci waits for a person: approvals ls.']);
  await clock.advance(12 * minute);
  expect(await round()).toHaveLength(2);
});
