import { Wallet } from 'ethers';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import type { TypedData } from '../../../src/domain/approval/typed-data.ts';
import type { ApprovalRecord } from '../../../src/domain/ledger/ledger-records.ts';
import { planApprover } from '../../../src/lifecycle/governance/plan-approver.ts';
import { setApprover } from '../../../src/lifecycle/governance/set-approver.ts';
import { signApproval } from '../../../src/lifecycle/governance/sign-approval.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { TestContext } from '../test-context.ts';

/** Wallets as people have them: nothing of ours signs. */
export const boss = new Wallet(`0x${'b055'.padStart(64, '0')}`);
export const stranger = new Wallet(`0x${'bad'.padStart(64, '0')}`);

export const addressOf = ({ address }: Wallet): string => address.toLowerCase();

/** What `eth_signTypedData_v4` of a wallet does. */
export const signedBy = (wallet: Wallet, { domain, types, message }: TypedData): Promise<string> =>
  wallet._signTypedData(domain, types as Parameters<Wallet['_signTypedData']>[1], message);

/** The same call with a person at its terminal. */
export const atTerminal = (context: ChangeContext): ChangeContext => ({ ...context, caller: { ...context.caller, person: true } });

/** A wallet signs a waiting approval of this ledger, and the signature is brought. */
export const approvedBy = async (t: TestContext, wallet: Wallet, id: string): Promise<ApprovalRecord> =>
  t.run(signApproval(t.context, id, await signedBy(wallet, approvalMessage(t.ledger.approval(id)!))));

/** Set at a terminal and sealed. */
export const withApprover = async (t: TestContext, wallet = boss): Promise<ApprovalRecord> => {
  const plan = await t.run(planApprover(atTerminal(t.context), 'policy approver set', addressOf(wallet), 'set'));
  const seal = await t.run(setApprover(atTerminal(t.context), plan));
  return approvedBy(t, wallet, seal!);
};
