import { approvalKind } from '../../domain/approval/approval-message.ts';
import { type Envelope, type EnvelopeOrder, fitsEnvelope } from '../../domain/approval/envelope.ts';
import type { ApprovalRecord, OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd } from '../../domain/money/money.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import type { ProvisionSubject } from '../operation/provision-subject.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { recordApproval } from './record-approval.ts';

export const envelopeOf = ({ plan }: ApprovalRecord): Envelope => (plan as Plan<{ envelope: Envelope }>).subject.envelope;

export const isEnvelope = ({ plan }: ApprovalRecord): boolean => approvalKind(plan as Plan) === 'envelope';

export const orderOf = ({ rate, ttlSeconds, spec }: ProvisionSubject): EnvelopeOrder => ({
  most: creditsOver(new Exact(rate), ttlSeconds),
  ttlSeconds,
  computeUnits: spec.computeUnits,
});

/**
 * The live envelope that an order fits, the one that ends first, or just this one; null for none. One that was `granted` by hand is
 * none where an approver is set. In a transaction as outside it: only rows are read.
 */
export const envelopeFor = (
  context: Pick<ReadContext, 'clock' | 'signatures'>,
  ledger: LedgerReader,
  { account, network, approver }: PolicyInForce,
  { id, ...order }: EnvelopeOrder & { id: string | null },
): ApprovalRecord | null => {
  const now = context.clock.now();
  const live = ledger
    .approvals({ state: 'granted', network, account })
    .filter((row) => row.expiresAt > now && isEnvelope(row) && (id === null || row.id === id))
    .sort((a, b) => a.expiresAt - b.expiresAt);
  return live.find((row) => fitsEnvelope(envelopeOf(row), ledger.takes(row.id), order) && isSigned(row, approver, context)) ?? null;
};

/** Counts it down in the audit trail, from which nothing can be taken out unseen, in the transaction that takes the hold. What was taken stays taken, also by a VM that never came up. */
export const takeFrom = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  envelope: ApprovalRecord,
  operation: OperationRecord,
  credits: bigint,
): void => {
  const used = { ...envelope, usedBy: operation.id };
  recordApproval(context, transaction, 'approval.use', used, `${usd(credits)} USD taken`, { taken: String(credits) });
};
