import { restateExtension } from '../../domain/burn/state-extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { asPublic } from '../../domain/ledger/birth.ts';
import type { Quote } from '../../domain/ledger/effect-facts.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { envelopeLeft } from '../../domain/plan/envelope.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { birthOf } from '../account/account-rows.ts';
import { isShownTo } from '../caller/callers-rows.ts';
import { findFunding, transferOf } from '../funding/find-funding.ts';
import { type Moment, momentOf } from '../funding/moment.ts';
import { openQuote } from '../funding/open-quote.ts';
import { quoteOf, quotesOf } from '../funding/read-requests.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { envelopeOf } from './envelopes.ts';
import { isAboutGone } from './is-about-gone.ts';
import { isGiven } from './is-given.ts';

/** `unsigned`: the row says `granted`, but the approver's signature on it is missing or does not fit. */
export type ApprovalState = ApprovalRecord['state'] | 'expired' | 'unsigned';

export interface ApprovalStanding {
  row: ApprovalRecord;
  /** The stored plan; of an extension, as its VM's signed message gives it. */
  plan: Plan;
  state: ApprovalState;
  /** What is left in an envelope; null for any other approval. */
  left: { credits: bigint; vms: number } | null;
  /** The transfer that answers the request, or answered it; null where none does. */
  quote: Quote | null;
  /** Has that transfer come? null where nobody looked for it, or too few CCN hosts tell. */
  arrived: boolean | null;
}

/**
 * Returns what approvals are worth now. An approver's signature is checked, because anybody who can write the ledger can write `granted`
 * into a row; and a request that quotes a sum is granted once its funder's transfer has come. What the audit trail says of an end counts
 * whatever the row says. Trail and histories are read once for all rows.
 */
export const approvalStandings = async (context: ReadContext, rows: readonly ApprovalRecord[]): Promise<ApprovalStanding[]> => {
  if (rows.length === 0) return [];
  const ledger = await context.ledger();
  await prepareSignatures(context);
  const now = context.clock.now();
  const moments = new Map<string, Moment>();
  for (const row of rows) {
    if (!moments.has(row.account)) moments.set(row.account, momentOf(ledger, row, { context, now }));
  }
  const quotes = quotesOf(ledger, context.network, Math.min(...rows.map(({ requestedAt }) => requestedAt)));
  const standings = rows.map((row) => {
    const moment = moments.get(row.account)!;
    const standing = standingIn(ledger, row, moment);
    const found = standing.state === 'pending' ? openQuote(ledger, row, moment) : quoteOf(quotes, row);
    return { standing: { ...standing, quote: found?.quote ?? null }, found, moment };
  });
  const open = standings.flatMap(({ standing: { row, state }, found, moment }) =>
    state === 'pending' && found !== null ? [{ row, found, moment }] : [],
  );
  const fundings = await findFunding(context, open);
  return standings.map(({ standing }) => {
    const funding = fundings[open.findIndex(({ row }) => row === standing.row)];
    if (funding === undefined) return { ...standing, arrived: transferOf(standing.row) === null ? null : true };
    if (typeof funding === 'string') return { ...standing, arrived: funding === 'none' ? false : null };
    return { ...standing, state: 'granted', arrived: true, row: { ...standing.row, decidedBy: funding.sender } };
  });
};

/** The same of one. */
export const approvalStanding = async (context: ReadContext, row: ApprovalRecord): Promise<ApprovalStanding> =>
  (await approvalStandings(context, [row]))[0]!;

/** What trail and row say, whatever came to the account. */
const standingIn = (ledger: LedgerReader, row: ApprovalRecord, moment: Moment): Omit<ApprovalStanding, 'quote' | 'arrived'> => {
  const plan = shownPlan(ledger, readPlan(row));
  const envelope = envelopeOf(row);
  const left = envelope === null ? null : envelopeLeft(envelope, ledger.takes(row.id));
  const standing = (state: ApprovalState) => ({ row, plan, state, left });
  if (row.state !== 'granted' && row.state !== 'pending') return standing(row.state);
  const end = moment.ends().get(row.id);
  if (end !== undefined) return standing(end);
  if (row.expiresAt <= moment.now) return standing('expired');
  if (isAboutGone(ledger, plan)) return standing('void');
  if (row.state === 'pending') return standing('pending');
  if (!isGiven(ledger, row, moment)) return standing('unsigned');
  return standing(left !== null && (left.vms < 1 || left.credits <= 0n) ? 'used' : 'granted');
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
  if (row !== null && row.network === context.network && isShownTo(row, context)) return row;
  throw new Failure('APPROVAL_NOT_FOUND', `There is no approval ${id}.`, { facts: { approval: id } });
};
