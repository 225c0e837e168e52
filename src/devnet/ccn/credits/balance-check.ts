import type { Decimal } from 'decimal.js';
import type { MessageRow, Outcome } from '../message.ts';
import { errorCodes, rejected, retry } from '../message.ts';
import { contentCosts, paymentType } from '../pricing/content-costs.ts';
import type { CostLine } from '../pricing/cost-line.ts';
import { Exact, fixed18, totalOf } from '../pricing/cost-line.ts';
import type { CcnState } from '../state.ts';
import { creditBalance } from './credits.ts';

const DAY_SECONDS = 86_400;
/** From these envelope times on (2026-03-11, 2027-01-01) VMs, then everything, must be paid by credit (protocol-ccn §3.4). */
const VM_CREDIT_ONLY_SINCE = 1_773_187_200;
const CREDIT_ONLY_SINCE = 1_798_761_600;

/** Credits per second of everything that an owner pays for by credit. */
export const creditBurn = (state: CcnState, owner: string): Decimal =>
  [...state.costs.values()]
    .filter((row) => row.owner === owner && row.paymentType === 'credit')
    .reduce((sum, row) => sum.plus(totalOf(row.lines, 'credit')), new Exact(0));

const persistent = (row: MessageRow): boolean =>
  row.envelope.type === 'INSTANCE' ||
  row.envelope.type === 'V-PROGRAM' ||
  (row.envelope.type === 'PROGRAM' && (row.filled?.['on'] as { persistent?: boolean | null } | undefined)?.persistent === true);

/**
 * Whether the owner can pay (protocol-ccn §5.7): a day of everything that runs plus this. Gives the cost lines to store when so. Tokens
 * are never held on a devnet.
 */
export const checkBalance = (state: CcnState, row: MessageRow, now: number): { outcome: Outcome | null; lines: CostLine[] } => {
  const content = row.filled;
  const { type, time } = row.envelope;
  if (content === null || (type !== 'INSTANCE' && type !== 'PROGRAM' && type !== 'V-PROGRAM' && type !== 'STORE'))
    return { outcome: null, lines: [] };
  const paidBy = paymentType(content);
  const creditOnly = time >= CREDIT_ONLY_SINCE || (persistent(row) && time >= VM_CREDIT_ONLY_SINCE);
  if (paidBy !== 'credit' && creditOnly) return { outcome: rejected(errorCodes.invalidPaymentMethod), lines: [] };
  let lines: CostLine[];
  try {
    lines = contentCosts(state, type, content);
  } catch (error) {
    return { outcome: retry(errorCodes.internal, { errors: [error instanceof Error ? error.message : String(error)] }), lines: [] };
  }
  if (paidBy === 'superfluid') return { outcome: null, lines };
  if (paidBy === 'hold') {
    const required = totalOf(lines, 'hold');
    if (required.isZero()) return { outcome: null, lines };
    return {
      outcome: rejected(errorCodes.balanceInsufficient, { errors: [{ required_balance: required.toString(), account_balance: '0' }] }),
      lines,
    };
  }
  const required = creditBurn(state, content.address).plus(totalOf(lines, 'credit')).times(DAY_SECONDS);
  const balance = creditBalance(state, content.address, now);
  if (required.lte(balance.toString())) return { outcome: null, lines };
  const detail = { account_credits: balance.toString(), min_runtime_days: 1, required_credits: fixed18(required) };
  return { outcome: rejected(errorCodes.creditInsufficient, { errors: [detail] }), lines };
};
