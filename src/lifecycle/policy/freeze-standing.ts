import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { FreezeRecord } from '../../domain/ledger/ledger-records.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isSigned } from './signed-approval.ts';

interface Scope {
  account: string;
  network: string;
}

interface Thawing {
  approver: string | null;
  /** The freeze number up to which the policy's seal says that freezes are ended. */
  sealedThaw: number;
  context: Pick<ReadContext, 'signatures' | 'networkId'>;
}

/**
 * Tells since when the account is frozen. Only a thaw of this account ends a freeze, and only with the approver's signature where there is
 * an approver.
 */
export const freezeOf = (
  ledger: LedgerReader,
  { account, network }: Scope,
  thawing: Thawing,
): { frozenSince: number | null; thawedUpTo: number } => {
  const rows = ledger.freezes(network).filter((row) => row.account === null || row.account === account);
  const ends = rows.filter(({ frozen }) => !frozen).map((row) => endOf(ledger, row, thawing));
  const thawedUpTo = Math.max(0, thawing.sealedThaw, ...ends);
  const [trail] = ledger.effects({ network, point: 'freeze.set', limit: 1 });
  const [row] = rows.filter(({ frozen, seq }) => frozen && seq > thawedUpTo);
  // The audit trail knows a freeze whose row somebody took out: the freeze counts all the same.
  const lost = trail !== undefined && factsOf('freeze.set', trail).freeze > thawedUpTo ? trail.at : null;
  return { frozenSince: row?.at ?? lost, thawedUpTo };
};

const endOf = (ledger: LedgerReader, row: FreezeRecord, { approver, context }: Thawing): number => {
  if (approver === null) return row.seq;
  const approval = row.approval === null ? null : ledger.approval(row.approval);
  if (approval === null || approval.account !== row.account || approval.network !== row.network) return 0;
  const plan = readPlan(approval);
  return plan.action === 'thaw' && isSigned(approval, approver, context) ? plan.subject.upTo : 0;
};
