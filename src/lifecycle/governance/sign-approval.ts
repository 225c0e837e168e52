import { approvalMessage } from '../../domain/approval/approval-message.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { voidApproval } from '../approvals/approvals.ts';
import { openApproval } from '../approvals/open-approval.ts';
import { recordApproval } from '../approvals/record-approval.ts';
import { signerNeeded } from '../approvals/signer-needed.ts';
import { isHere } from '../policy/signed-approval.ts';
import { settleHead } from '../trail/settle-head.ts';
import { installSeal } from './install-seal.ts';

/**
 * Takes an approver's signature for a pending approval, whoever brings it. A seal is put in force at once; any other approval is granted,
 * for the command that asked for it to use. `SIGNATURE_UNFIT` for any other signature.
 */
export const signApproval = async (context: ChangeContext, id: string, signature: string): Promise<ApprovalRecord> => {
  const ledger = await context.ledger();
  await context.signatures.prepare();
  const open = () => openApproval(ledger, id, { network: context.network, now: context.clock.now() });
  const sealing = signedAs(readPlan(open())).kind === 'seal';
  const sign = () =>
    ledger.write(sealing ? 'policy.set' : 'approval.grant', (transaction) => {
      const now = context.clock.now();
      const row = openApproval(transaction, id, { network: context.network, now });
      const approver = signerNeeded(transaction, row, context);
      const signer = isHere(row.networkId, context) ? context.signatures.signerOf(approvalMessage(row), signature) : null;
      if (approver === null || signer !== approver) throw unfit(row, approver, signer);
      if (sealing) return installSeal(context, transaction, { ...row, signature, decidedAt: now, decidedBy: approver });
      const granted: ApprovalRecord = { ...row, state: 'granted', decidedAt: now, decidedBy: approver, signature };
      transaction.updateApproval(id, granted);
      recordApproval(context, transaction, 'approval.grant', granted, approver);
      return granted;
    });
  const signed = await outdated(context, id, sign);
  if (sealing) await settleHead(context, signed.account);
  return signed;
};

/** Voids a seal whose preceding version is no longer in force: no later version will fit it, so it must not go on waiting. */
const outdated = async <Result>(context: ChangeContext, id: string, work: () => Result): Promise<Result> => {
  try {
    return work();
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code !== 'PLAN_MOVED') throw problem;
    await voidApproval(context, id);
    throw new Failure(problem.code, `${problem.message} It is void.`, {
      ...problem.details,
      fix: human('Make the call that asked for it again; the approver signs the new one.'),
    });
  }
};

const unfit = ({ id }: ApprovalRecord, approver: string | null, signer: string | null): Failure => {
  const message =
    approver === null
      ? `Approval ${id} takes no signature: no approver is set, a person at a terminal decides.`
      : signer === null
        ? `This is no signature over approval ${id}: 0x and 130 hex digits, of what --show prints, would be.`
        : `The signature is by ${signer}, or over something else; approval ${id} needs that of ${approver}.`;
  return new Failure('SIGNATURE_UNFIT', message, {
    fix: human('The approver signs exactly what this prints.', 'approve', id, { show: approver !== null }),
    facts: { approval: id, approver, signer },
  });
};
