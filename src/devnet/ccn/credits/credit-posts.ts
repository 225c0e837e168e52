import * as z from 'zod';
import type { MessageRow, Outcome } from '../message.ts';
import { errorCodes, rejected } from '../message.ts';
import type { CcnState } from '../state.ts';
import { addCredits, creditBalance, recordMove, spendCredits } from './credits.ts';

export const CREDIT_CHANNEL = 'ALEPH_CREDIT';
/** Amounts of messages before 2026-02-02 are in the old unit of 100 to the dollar (protocol-ccn §5.1), seconds. */
const NEW_UNIT_SINCE = 1_769_990_400;

const text = z.union([z.string(), z.number()]).transform(String).nullish();
const amount = z.int().min(1);
const distribution = z.object({
  distribution: z.object({
    token: text,
    chain: text,
    credits: z.array(
      z.object({
        address: z.string(),
        amount,
        price: text,
        tx_hash: text,
        provider: text,
        expiration: z.int().nullish(),
        origin: text,
        ref: text,
        payment_method: text,
        bonus_amount: text,
      }),
    ),
  }),
});
const expense = z.object({
  expense: z.object({
    credits: z.array(
      z.object({
        address: z.string(),
        amount,
        ref: text,
        execution_id: text,
        node_id: text,
        price: text,
        count: z.int().nullish(),
        size: text,
      }),
    ),
  }),
});
const transfer = z.object({
  transfer: z.object({ credits: z.array(z.object({ address: z.string(), amount, expiration: z.int().nullish() })) }),
});

const scaled = (row: MessageRow, credits: number): bigint => BigInt(credits) * (row.envelope.time < NEW_UNIT_SINCE ? 10_000n : 1n);
const invalid = (reason: string): Outcome => rejected(errorCodes.invalidFormat, { errors: [reason] });
const earlier = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));

const distribute = (state: CcnState, row: MessageRow, body: z.output<typeof distribution>['distribution'], time: number): void => {
  body.credits.forEach((credit, index) => {
    const value = scaled(row, credit.amount);
    const expiresAt = credit.expiration ?? null;
    const place = { address: credit.address, time, credit_ref: row.envelope.item_hash, credit_index: index };
    addCredits(state, { address: credit.address, left: value, expiresAt, time, ref: row.envelope.item_hash, index });
    recordMove(state, {
      ...place,
      amount: value,
      expiresAt,
      price: credit.price ?? null,
      tx_hash: credit.tx_hash ?? null,
      token: body.token ?? null,
      chain: body.chain ?? null,
      provider: credit.provider ?? null,
      origin: credit.origin ?? null,
      origin_ref: credit.ref ?? null,
      payment_method: credit.payment_method ?? null,
      bonus_amount: credit.bonus_amount ?? null,
    });
  });
};

const expend = (state: CcnState, row: MessageRow, body: z.output<typeof expense>['expense'], time: number, now: number): void => {
  body.credits.forEach((credit, index) => {
    const value = scaled(row, credit.amount);
    spendCredits(state, credit.address, value, now);
    recordMove(state, {
      address: credit.address,
      amount: -value,
      time,
      credit_ref: row.envelope.item_hash,
      credit_index: index,
      price: credit.price ?? null,
      tx_hash: credit.node_id ?? null,
      provider: 'ALEPH',
      origin: credit.execution_id ?? null,
      origin_ref: credit.ref ?? null,
      payment_method: 'credit_expense',
      expense_count: credit.count ?? null,
      expense_size_mib: credit.size ?? null,
    });
  });
};

const checkTransfer = (
  state: CcnState,
  from: string,
  body: z.output<typeof transfer>['transfer'],
  mints: boolean,
  now: number,
): Outcome | null => {
  const toItself = body.credits.find((credit) => credit.address === from);
  if (toItself) return invalid(`Self-transfer not allowed: sender and recipient are both ${from}`);
  if (new Set(body.credits.map((credit) => credit.address)).size < body.credits.length)
    return invalid('Duplicate recipients in credit transfer');
  const required = body.credits.reduce((sum, credit) => sum + BigInt(credit.amount), 0n);
  const available = creditBalance(state, from, now);
  if (mints || available >= required) return null;
  return invalid(`Insufficient credit balance for transfer. Required: ${required}, Available: ${available}`);
};

const move = (
  state: CcnState,
  row: MessageRow,
  {
    from,
    body,
    mints,
    time,
    now,
  }: { from: string; body: z.output<typeof transfer>['transfer']; mints: boolean; time: number; now: number },
): void => {
  const ref = row.envelope.item_hash;
  const common = { credit_ref: ref, time, provider: 'ALEPH', payment_method: 'credit_transfer' };
  body.credits.forEach((credit, index) => {
    const value = BigInt(credit.amount);
    const wanted = credit.expiration ?? null;
    const parts = mints ? [{ expiresAt: null, amount: value }] : spendCredits(state, from, value, now);
    for (const part of parts)
      addCredits(state, { address: credit.address, left: part.amount, expiresAt: earlier(part.expiresAt, wanted), time, ref, index });
    recordMove(state, { ...common, address: credit.address, amount: value, credit_index: index, origin: from, expiresAt: wanted });
    if (!mints)
      recordMove(state, { ...common, address: from, amount: -value, credit_index: body.credits.length + index, origin: credit.address });
  });
};

/**
 * What a POST does to credits (protocol-ccn §5.6): null for any other post, or one without effect. `apply` false only checks. `senders`
 * may distribute and expend.
 */
export const creditPost = (state: CcnState, row: MessageRow, senders: readonly string[], now: number, apply: boolean): Outcome | null => {
  const content = row.content;
  if (row.envelope.type !== 'POST' || row.envelope.channel !== CREDIT_CHANNEL || content === null) return null;
  const from = content.address;
  const official = senders.includes(from);
  const time = content.time;
  if (content['type'] === 'aleph_credit_transfer') {
    const body = transfer.safeParse(content['content']);
    if (!body.success) return invalid('Invalid credit transfer content');
    const problem = checkTransfer(state, from, body.data.transfer, official, now);
    if (problem === null && apply) move(state, row, { from, body: body.data.transfer, mints: official, time, now });
    return problem;
  }
  if (!official) return null;
  if (content['type'] === 'aleph_credit_distribution') {
    const body = distribution.safeParse(content['content']);
    if (!body.success) return invalid('Invalid credit distribution content');
    if (apply) distribute(state, row, body.data.distribution, time);
  }
  if (content['type'] === 'aleph_credit_expense') {
    const body = expense.safeParse(content['content']);
    if (!body.success) return invalid('Invalid credit expense content');
    if (apply) expend(state, row, body.data.expense, time, now);
  }
  return null;
};
