import { planDigest } from '../../domain/approval/approval-message.ts';
import { quotedSum, tailOf } from '../../domain/approval/quoted-sum.ts';
import type { Quote } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { boughtTime } from '../../domain/plan/bought-time.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { policyInForce } from '../policy/policy-in-force.ts';
import { isFundable } from './is-fundable.ts';
import { dayMs } from './moment.ts';
import { type QuoteRow, quoteOf, quotesOf } from './read-requests.ts';

/** No other request of this time has the same tail. */
const uniqueForMs = 30 * 86_400_000;

/**
 * As many requests quote a sum at once for one account: somebody who asks without end must not hold every sum that the funder could send for
 * another agent's request.
 */
const mostOpen = 20;

/** Who may answer a request for this plan with its money; null where nobody may, and for a plan that buys no time of a VM. */
export const funderFor = (
  ledger: LedgerReader,
  { payer, ...scope }: { account: string; network: string; payer: string },
  plan: Plan,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId' | 'caller' | 'clock'>,
): string | null => {
  if (boughtTime(plan, context.clock.now()) === null) return null;
  const policy = policyInForce(ledger, scope, context);
  return isFundable(context, policy, payer) ? policy.funder : null;
};

/** So long a sum stays as it was quoted, ms: whoever was just asked for it may have signed it, and no host shows that yet. */
const keptForMs = 10 * 60_000;

/**
 * Does the sum that the pending request quotes answer the same call still? Another funder's transfer answers it no more, nor, after some minutes,
 * one that is less than what the account lacks by now: then it is asked anew.
 */
export const isQuotedFor = (
  ledger: LedgerReader,
  pending: ApprovalRecord,
  { funder, now }: { funder: string | null; now: number },
  { missing }: Plan,
): boolean => {
  if (funder === null) return true;
  const quotes = quotesOf(ledger, pending.network, pending.requestedAt - dayMs);
  const found = quoteOf(quotes, pending);
  // where no sum was left for it, it waits for a person, and asking anew changes nothing
  if (found === null) return openFor(quotes, pending).length >= mostOpen;
  const { quote, at } = found;
  return quote.funder === funder && (now < at + keptForMs || BigInt(missing?.now ?? '0') <= BigInt(quote.credits));
};

/** What is open for one payer, of the quotes of these days. */
const openFor = (quotes: readonly QuoteRow[], { payer, requestedAt }: Pick<ApprovalRecord, 'payer' | 'requestedAt'>): QuoteRow[] =>
  quotes.filter(({ quote, at }) => quote.to === payer && at <= requestedAt && quote.expires > requestedAt);

/** Draws the sum that answers this request and no other, and is enough until the request expires; null where every sum is taken. */
export const quoteFor = (
  context: Pick<ChangeContext, 'random'>,
  ledger: LedgerReader,
  row: ApprovalRecord,
  funder: string,
): Quote | null => {
  const plan = readPlan(row);
  const bought = boughtTime(plan, row.requestedAt);
  if (bought === null) return null;
  const missing = BigInt(plan.missing?.late ?? '0');
  const recent = quotesOf(ledger, row.network, row.requestedAt - uniqueForMs);
  if (openFor(recent, row).length >= mostOpen) return null;
  const taken = new Set(recent.map(({ quote }) => tailOf(BigInt(quote.credits))));
  const sum = quotedSum(missing > bought.credits ? missing : bought.credits, taken, context.random.fraction());
  if (sum === null) return null;
  return {
    funder,
    to: row.payer,
    credits: String(sum),
    digest: planDigest(plan),
    bought: String(bought.credits),
    expires: Math.floor(row.expiresAt),
  };
};
