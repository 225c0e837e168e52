import * as z from 'zod';
import type { Lot } from '../../../domain/money/lots.ts';
import { usd } from '../../../domain/money/money.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { Movement } from '../../../ports/network/accounts.ts';
import type { Style } from '../../declare/style.ts';
import { instant, money } from '../../fields/fields.ts';
import { momentText } from '../moment-text.ts';

const expiry = instant.nullable().describe('null: never');

export const transferOutput = z.object({
  at: instant,
  usd: money.describe('Negative: it left the account'),
  counterparty: z.string().nullable().describe('Who sent or got it'),
  expiresAt: expiry,
  post: z.string().describe('The POST message on the network'),
});

export const distributionOutput = z.object({
  at: instant,
  usd: money,
  bonusUsd: money.nullable().describe('The part that was given on top'),
  token: z.string().nullable(),
  chain: z.string().nullable(),
  transaction: z.string().nullable(),
  provider: z.string().nullable(),
  expiresAt: expiry,
  post: z.string(),
});

export const lotOutput = z.object({
  usd: money.describe('What is left of it'),
  ofUsd: money,
  cameAt: instant,
  from: z.string().describe('The sender of a transfer, or (bought)'),
  expiresAt: expiry,
  paysNext: z.boolean().describe('Costs are taken from this lot first'),
});

export type TransferOutput = z.output<typeof transferOutput>;
export type DistributionOutput = z.output<typeof distributionOutput>;
export type LotOutput = z.output<typeof lotOutput>;

const timeOf = (at: number | null): string | null => (at === null ? null : formatInstant(at));

export const toTransferOutput = ({ at, credits, other, expiresAt, post }: Movement): TransferOutput => ({
  at: formatInstant(at),
  usd: usd(credits),
  counterparty: other,
  expiresAt: timeOf(expiresAt),
  post,
});

export const toDistributionOutput = ({ at, credits, expiresAt, post, payment }: Movement): DistributionOutput => ({
  at: formatInstant(at),
  usd: usd(credits),
  bonusUsd: payment.bonus === null ? null : usd(payment.bonus),
  token: payment.token,
  chain: payment.chain,
  transaction: payment.transaction,
  provider: payment.provider,
  expiresAt: timeOf(expiresAt),
  post,
});

export const toLotOutput = ({ arrival, left, expiresAt }: Lot<Movement>, place: number): LotOutput => ({
  usd: usd(left),
  ofUsd: usd(arrival.credits),
  cameAt: formatInstant(arrival.at),
  from: arrival.other ?? '(bought)',
  expiresAt: timeOf(expiresAt),
  paysNext: place === 0,
});

const expiryText = (at: string | null): string => (at === null ? 'never' : momentText(at, true));

/** A table under its heading; null where it has no row. */
const titled = (style: Style, title: string, table: string): string | null => (table === '' ? null : `${style.bold(title)}\n${table}`);

/** What came and went, and what is left of it, for a person: a table for each of the three that has rows. */
export const movementTables = (
  { transfers, distributions, lots }: { transfers: TransferOutput[]; distributions: DistributionOutput[]; lots: LotOutput[] },
  style: Style,
): string[] =>
  [
    titled(
      style,
      'Bought',
      style.table(
        ['DAY', 'USD', 'BONUS', 'PAID WITH', 'TRANSACTION'],
        distributions.map((row) => [
          row.at.slice(0, 10),
          row.usd,
          row.bonusUsd ?? '',
          [row.token, row.chain].filter((word) => word !== null).join(' on '),
          row.transaction === null ? '' : shortId(row.transaction),
        ]),
      ),
    ),
    titled(
      style,
      'Transfers',
      style.table(
        ['DAY', 'USD', 'FROM OR TO', 'EXPIRES'],
        transfers.map((row) => [row.at.slice(0, 10), row.usd, row.counterparty ?? '', expiryText(row.expiresAt)]),
      ),
    ),
    titled(
      style,
      'Left, in the order in which it is used',
      style.table(
        ['USD', 'OF', 'CAME', 'FROM', 'EXPIRES'],
        lots.map((lot) => [lot.usd, lot.ofUsd, lot.cameAt.slice(0, 10), lot.from, expiryText(lot.expiresAt)]),
      ),
    ),
  ].filter((part) => part !== null);
