import * as z from 'zod';
import { factsOf } from '../../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../../domain/ledger/ledger-records.ts';
import { abandoned } from '../../../domain/plan/kinds/abandon-top-up.ts';
import { topUpOf } from '../../../domain/plan/operation-plan.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { amountOf } from '../../../domain/topup/token.ts';
import type { LedgerReader } from '../../../ports/ledger.ts';
import type { Style } from '../../declare/style.ts';
import { instant } from '../../fields/fields.ts';

/** A top-up of this ledger that brought no credits. */
export const topUpOutput = z.object({
  operation: z.string(),
  at: instant,
  amount: z.string().describe('Tokens, like 5 USDC'),
  state: z.enum(['underWay', 'paid', 'abandoned', 'unpaid']).describe('paid: its credits are awaited'),
  paidBy: z.string().nullable().describe('The transaction that paid it: its tokens are gone'),
});

export type TopUpOutput = z.output<typeof topUpOutput>;

type Trail = Pick<LedgerReader, 'effects'>;

/** What became of it is the trail's word. */
export const toTopUpOutput = (ledger: Trail, operation: OperationRecord): TopUpOutput => {
  const { subject } = topUpOf(operation);
  const [paid] = ledger.effects({ operation: operation.id, point: 'topup.paid' });
  const [settled] = ledger.effects({ operation: operation.id, point: 'topup.settled' });
  const given = settled !== undefined && factsOf('topup.settled', settled).reason === abandoned;
  const over = given ? 'abandoned' : 'unpaid';
  return {
    operation: operation.id,
    at: formatInstant(operation.startedAt),
    amount: amountOf(BigInt(subject.units), subject.token),
    state: operation.state === 'failed' ? over : paid === undefined ? 'underWay' : 'paid',
    paidBy: paid === undefined ? null : factsOf('topup.paid', paid).transaction,
  };
};

const words = {
  underWay: 'not paid yet',
  paid: 'paid, credits awaited',
  abandoned: 'given up',
  unpaid: 'ended unpaid',
} as const;

/** For a person, under a heading; an empty string without rows. */
export const topUpTable = (topUps: readonly TopUpOutput[], style: Style): string =>
  topUps.length === 0
    ? ''
    : `${style.bold('Top-ups without credits')}\n${style.table(
        ['DAY', 'TOP-UP', 'TOKENS', 'STATE', 'PAID BY'],
        topUps.map(({ at, operation, amount, state, paidBy }) => [
          at.slice(0, 10),
          operation,
          amount,
          words[state],
          paidBy === null ? '' : shortId(paidBy),
        ]),
      )}`;
