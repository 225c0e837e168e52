import type { ApprovalRecord, OperationRecord } from '../../domain/ledger/ledger-records.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd } from '../../domain/money/money.ts';
import { type Envelope, type EnvelopeOrder, fitsEnvelope } from '../../domain/plan/envelope.ts';
import type { ProvisionSubject } from '../../domain/plan/kinds/provision.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import { ownOf } from '../caller/callers-rows.ts';
import { endsOf } from '../funding/read-requests.ts';
import type { PolicyInForce } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { recordApproval } from './record-approval.ts';

/** Returns the envelope that the approval is about; null where it is about something else. */
export const envelopeOf = (row: ApprovalRecord): Envelope | null => {
  const signed = signedAs(readPlan(row));
  return signed.kind === 'envelope' ? signed.envelope : null;
};

/** A VM that would be paid from an envelope, and who pays for it. */
interface PaidOrder extends EnvelopeOrder {
  payer: string;
}

export const orderOf = ({ rate, ttlSeconds, spec, payer }: ProvisionSubject): PaidOrder => ({
  payer,
  most: creditsOver(new Exact(rate), ttlSeconds),
  ttlSeconds,
  computeUnits: spec.computeUnits,
});

/**
 * Returns the granted envelope that an order fits: the one with this id, or for null the one that expires first. It is for the credits of one payer
 * alone, by the plan that was agreed to. null where none fits; a
 * row set to `granted` by hand fits nothing where an approver is set, nor one that the audit trail says is denied or void. Reads rows only, so it works in a transaction too.
 */
export const envelopeFor = (
  context: Pick<ReadContext, 'clock' | 'signatures' | 'networkId' | 'caller'>,
  ledger: LedgerReader,
  { account, network, approver }: PolicyInForce,
  { id, payer, ...order }: PaidOrder & { id: string | null },
): ApprovalRecord | null => {
  const now = context.clock.now();
  const live = ledger
    .approvals({ state: 'granted', network, account, ...ownOf(context) })
    .filter((row) => row.expiresAt > now && (id === null || row.id === id))
    .sort((a, b) => a.expiresAt - b.expiresAt);
  const ends = live.length === 0 ? null : endsOf(ledger, { account, network });
  const fitting = live.find((row) => {
    if (ends?.has(row.id)) return false;
    const envelope = envelopeOf(row);
    const isFor = readPlan(row).terms['payer'] === payer;
    return envelope !== null && isFor && fitsEnvelope(envelope, ledger.takes(row.id), order) && isSigned(row, approver, context);
  });
  return fitting ?? null;
};

/**
 * Takes credits and one VM from an envelope, in the transaction that takes the hold. The taking stands in the audit trail, from which
 * nothing can be removed unseen. It is final, even where the VM never came up.
 */
export const takeFrom = (
  context: Pick<ChangeContext, 'clock' | 'caller'>,
  transaction: LedgerTransaction,
  envelope: ApprovalRecord,
  operation: Pick<OperationRecord, 'id'>,
  credits: bigint,
): void => {
  const used = { ...envelope, usedBy: operation.id };
  recordApproval(context, transaction, 'approval.use', used, `${usd(credits)} USD taken`, { taken: String(credits) });
};
