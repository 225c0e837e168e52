import { readStoredPost } from '../../domain/approval/signed-transfer.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { answers } from '../funding/answers.ts';
import { type Moment, momentOf } from '../funding/moment.ts';
import { openQuote } from '../funding/open-quote.ts';
import { isDatedBack } from '../policy/is-dated-back.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { trailBefore } from '../policy/trail-before.ts';
import { useOf } from './use-of.ts';

/**
 * Tells whether the approval carries what its grant needs: the approver's signature, where there is one, or the funder's, on the transfer
 * that answers the request. Both are checked each time, because anybody who can write the ledger can write `granted` into a row. What the
 * audit trail says is denied, void or used is given no more, although its signature fits for ever.
 */
export const isGiven = (ledger: LedgerReader, row: ApprovalRecord, moment: Moment): boolean => {
  if (moment.ends().has(row.id)) return false;
  const post = readStoredPost(row.signature);
  if (post === null) return isSigned(row, moment.approver, moment.context);
  const quote = openQuote(ledger, row, moment);
  return quote !== null && answers(row, quote, post, moment);
};

/**
 * Tells whether a used approval carried what its grant needed when it was used: what counted then counts for ever, whoever approves or funds by now.
 * When that was, and who it was then, the audit trail tells. A use after the approval's end, or one that is dated back to before it, is none: anybody
 * who can write the ledger can append one to a signature that was never used.
 */
export const wasGiven = (
  ledger: LedgerReader,
  row: ApprovalRecord,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId'>,
): boolean => {
  const use = useOf(ledger, row);
  if (use === null || use.at > row.expiresAt || isDatedBack(ledger, use)) return false;
  const then = trailBefore(ledger, use.seq);
  return isGiven(then, row, momentOf(then, row, { context, now: use.at }));
};
