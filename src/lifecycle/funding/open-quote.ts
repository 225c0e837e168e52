import { planDigest } from '../../domain/approval/approval-message.ts';
import { tailOf } from '../../domain/approval/quoted-sum.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { boughtTime } from '../../domain/plan/bought-time.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { funderSetting } from '../policy/funder-setting.ts';
import { isDatedBack } from '../policy/is-dated-back.ts';
import { isHere } from '../policy/signed-approval.ts';
import { dayMs, type Moment } from './moment.ts';
import { type QuoteRow, quoteOf } from './read-requests.ts';

/**
 * What a transfer must be to answer this request at that moment; null where none does: the plan is not the one that was asked about or costs
 * another sum, its day is over, another funder is in force by then, or the request is over. The trail tells, because rows of approvals
 * can be edited.
 */
export const openQuote = (ledger: LedgerReader, row: ApprovalRecord, { now, approver, quotes, ends, context }: Moment): QuoteRow | null => {
  const found = quoteOf(quotes(), row);
  if (found === null || !isHere(row.networkId, context) || ends().has(row.id)) return null;
  const { quote, at } = found;
  const sum = BigInt(quote.credits);
  if (now > quote.expires || quote.expires > at + dayMs) return null;
  // a sum without a tail was never quoted: an allowance that the funder sends anyway answers nothing
  if (tailOf(sum) === 0n || isOfBefore(ledger, row, found)) return null;
  // written for a transfer that came already
  if (isDatedBack(ledger, { ...found, network: row.network })) return null;
  const plan = readPlan(row);
  const bought = boughtTime(plan, now);
  const asAsked = planDigest(plan) === quote.digest && row.payer === quote.to && plan.terms['account'] === row.account;
  if (!asAsked || bought === null || bought.credits !== BigInt(quote.bought) || bought.credits > sum) return null;
  const { funder } = funderSetting(ledger, row, { approver, context });
  return funder?.toLowerCase() === quote.funder.toLowerCase() ? found : null;
};

/** Has this ledger begun anew since? It knows nothing of the transfers of before. */
const isOfBefore = (ledger: LedgerReader, { network, account }: ApprovalRecord, { at }: QuoteRow): boolean =>
  ledger.effects({ network, account, point: 'ledger.takeOver', since: at + 1, limit: 1 }).length > 0;
