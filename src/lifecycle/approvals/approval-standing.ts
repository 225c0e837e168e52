import { restateExtension } from '../../domain/burn/state-extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { asPublic } from '../../domain/ledger/birth.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { envelopeLeft } from '../../domain/plan/envelope.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { birthOf } from '../account/account-rows.ts';
import { readApprover } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { envelopeOf } from './envelopes.ts';
import { isAboutGone } from './is-about-gone.ts';

/** `unsigned`: the row says `granted`, but the approver's signature on it is missing or does not fit. */
export type ApprovalState = ApprovalRecord['state'] | 'expired' | 'unsigned';

export interface ApprovalStanding {
  row: ApprovalRecord;
  /** The stored plan; of an extension, as its VM's signed message gives it. */
  plan: Plan;
  state: ApprovalState;
  /** What is left in an envelope; null for any other approval. */
  left: { credits: bigint; vms: number } | null;
}

/**
 * Returns what an approval is worth now. An approver's signature is checked, because anybody who can write the ledger can write `granted`
 * into a row.
 */
export const approvalStanding = async (context: ReadContext, row: ApprovalRecord): Promise<ApprovalStanding> => {
  const ledger = await context.ledger();
  const plan = shownPlan(ledger, readPlan(row));
  const envelope = envelopeOf(row);
  const left = envelope === null ? null : envelopeLeft(envelope, ledger.takes(row.id));
  if (row.state !== 'granted' && row.state !== 'pending') return { row, plan, state: row.state, left };
  if (row.expiresAt <= context.clock.now()) return { row, plan, state: 'expired', left };
  if (isAboutGone(ledger, plan)) return { row, plan, state: 'void', left };
  if (row.state === 'pending') return { row, plan, state: 'pending', left };
  const approver = await readApprover(context, row);
  if (!isSigned(row, approver, context)) return { row, plan, state: 'unsigned', left };
  return { row, plan, state: left !== null && (left.vms < 1 || left.credits <= 0n) ? 'used' : 'granted', left };
};

const shownPlan = (ledger: LedgerReader, plan: Plan): Plan => {
  const row = plan.action === 'vm extend' ? ledger.vm(plan.subject.vm) : null;
  if (plan.action !== 'vm extend' || row === null) return plan;
  const born = (vm: VmRecord): VmRecord => asPublic(vm, birthOf(ledger, vm.id, []), null);
  return restateExtension(
    plan,
    { ...born(row), expiresAt: plan.subject.from.expiresAt },
    ledger.vms({ operation: row.operation }).map(born),
  );
};

/** Returns the approval of this network with that id. `APPROVAL_NOT_FOUND`. */
export const requireApproval = async (context: ReadContext, id: string): Promise<ApprovalRecord> => {
  const row = (await context.ledger()).approval(id);
  if (row?.network === context.network) return row;
  throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
};
