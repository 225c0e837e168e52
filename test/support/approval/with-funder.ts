import { Wallet } from 'ethers';
import type { ApprovalRecord } from '../../../src/domain/ledger/ledger-records.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { grantApproval, grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { planFunder } from '../../../src/lifecycle/governance/plan-funder.ts';
import { setFunder } from '../../../src/lifecycle/governance/set-funder.ts';
import type { TestContext } from '../test-context.ts';
import { approvedBy, atTerminal, boss } from './approver.ts';

/** Who sends the money: the devnet's second account, whose key is in no home. */
export const funderOf = ({ devnet }: Pick<TestContext, 'devnet'>): Wallet => new Wallet(devnet.accounts[1]!.privateKey);

/** Asked for, and agreed to by a person at a terminal, or by the approver. */
export const withFunder = async (
  t: TestContext,
  by: 'terminal' | 'approver' = 'terminal',
  to = funderOf(t).address,
): Promise<ApprovalRecord> => {
  const context = by === 'terminal' ? atTerminal(t.context) : t.context;
  const plan = await t.run(planFunder(context, to, `funder ${to}`));
  const { id } = await requestApproval(context, plan, `funder ${to}`);
  if (by === 'terminal') await grantApproval(context, id, 'terminal');
  else await approvedBy(t, boss, id);
  await t.run(setFunder(context, (await grantedPlan(context, `funder ${to}`, id)) as Plan<'policy funder'>));
  return t.ledger.approval(id)!;
};
