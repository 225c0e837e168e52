import { expect, test } from 'vitest';
import approvalsLs from '../../src/commands/approvals/ls.ts';
import creditsBalance from '../../src/commands/credits/balance.ts';
import creditsHistory from '../../src/commands/credits/history.ts';
import status from '../../src/commands/status.ts';
import vmLs from '../../src/commands/vm/ls.ts';
import vmShow from '../../src/commands/vm/show.ts';
import type { Query } from '../../src/contract/declare/command.ts';
import { requestApproval } from '../../src/lifecycle/approvals/approvals.ts';
import type { ReadContext } from '../../src/ports/context.ts';
import { letIn } from '../support/let-in.ts';
import { createVm, planCreate } from '../support/lifecycle-calls.ts';
import { putLimits } from '../support/put-limits.ts';
import { testContext } from '../support/test-context.ts';

const answerOf = async (command: unknown, context: ReadContext, input: Record<string, unknown> = {}): Promise<unknown> => {
  const asked = command as Query;
  return asked.run(context, asked.input.parse(input));
};

test('what an agent is shown is of its own, whoever else uses the account; the owner is shown all', async () => {
  const owner = await testContext();
  const { account, ledger, devnet, run } = owner;
  putLimits(ledger, account, { maxVms: 20, creationsPerMinute: 50 });
  const now = devnet.clock.now();
  for (const name of ['ci', 'ops']) letIn(ledger, name, { account, now, limits: { maxTotalCredits: '500000' } });
  const ci = await testContext({ world: owner, agent: 'ci', seed: 2 });
  const ops = await testContext({ world: owner, agent: 'ops', seed: 3 });
  const views = [
    ['status', status],
    ['vm ls', vmLs, { all: true, full: true }],
    ['approvals ls', approvalsLs, { all: true }],
    ['credits balance', creditsBalance],
    ['credits history', creditsHistory, { by: 'vm' }],
  ] as const;
  const seenBy = async (context: ReadContext): Promise<string[]> => {
    const answers: string[] = [];
    for (const [, command, input = {}] of views) answers.push(JSON.stringify(await run(answerOf(command, context, { ...input }))));
    return answers;
  };
  const timeless = (answers: string[]): string[] => answers.map((answer) => answer.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T'));

  const alone = timeless(await seenBy(ops.context));
  const theirs = await run(createVm(ci.context, { name: 'theirs' }));
  await run(
    planCreate(ci.context, { size: { computeUnits: 4 }, ttlSeconds: 4 * 3600, name: 'dear' }).then((plan) =>
      requestApproval(ci.context, plan, 'd'),
    ),
  );
  await run(devnet.clock.wait(3_600_000));
  devnet.ccn.bill();
  expect(timeless(await seenBy(ops.context))).toEqual(alone);

  const mine = await run(createVm(ops.context, { name: 'mine' }));
  const [glance, vms, , balance] = await seenBy(ops.context);
  expect(glance).toContain('mine');
  expect(glance).not.toContain('theirs');
  expect(JSON.parse(vms!)).toMatchObject({ items: [{ name: 'mine', agent: 'ops' }], totals: { live: 1, runwaySeconds: null } });
  // 14,250 credits until its expiry, of the 500,000 of its slice
  expect(JSON.parse(balance!)).toMatchObject({
    usd: '0.48575',
    totalLeftUsd: '0.48575',
    spendableUsd: '0.48575',
    reserveUsd: '0.0000',
    lots: [],
  });
  await expect(run(answerOf(vmShow, ops.context, { vm: theirs.id }))).rejects.toThrow('There is no VM');

  const whole = await seenBy(owner.context);
  expect(whole[1]).toContain('theirs');
  expect(whole[1]).toContain('mine');
  expect(whole[2]).toContain('ap_');
  expect(mine.agent).toBe('ops');
});
