import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { agreedTransfers, leftByGiver } from './agreed-transfers.ts';

/** Who gave the account credits, and how many of those were not returned yet. */
export interface Allowance {
  giver: string;
  left: bigint;
}

/**
 * Every allowance of which something is left, the policy's funder's first and then the greatest. Who gave it is proven by two hosts' histories and by
 * the transfers that the giver signed, because a host could name any address; and no more than that counts as given, because anybody can send
 * a little to an account in order to be sent the rest.
 */
export const allowancesOf = async (context: ReadContext, account: string): Promise<Allowance[]> => {
  const [{ accounts, messages }, { funder }] = await Promise.all([context.cloud(), readPolicy(context, account)]);
  const copies = await accounts.transfers(account, 0);
  if (copies.filter(({ rows }) => rows !== null).length < Math.min(2, copies.length)) {
    throw new Failure('NETWORK_UNAVAILABLE', `Too few CCN hosts tell which transfers came to ${account}: two are needed.`);
  }
  const rows = await Promise.all(
    agreedTransfers(copies).map(async (row) => {
      if (row.credits < 0n) return [row];
      const transfer = await messages.transfer(row.post);
      const isGift = transfer !== null && transfer.post.sender === transfer.from && transfer.from === row.other;
      return isGift && transfer.to.some(({ address, credits }) => address === account && credits === row.credits) ? [row] : [];
    }),
  );
  const given = [...leftByGiver(rows.flat())].filter(([, credits]) => credits > 0n).sort(([, a], [, b]) => (a < b ? 1 : -1));
  const allowances = given.map(([giver, left]) => ({ giver, left }));
  return [...allowances.filter(({ giver }) => giver === funder), ...allowances.filter(({ giver }) => giver !== funder)];
};

/** The first of them. `ALLOWANCE_NOT_FOUND` where nothing is left of any. */
export const allowanceOf = async (context: ReadContext, account: string): Promise<Allowance> => {
  const [first] = await allowancesOf(context, account);
  if (first !== undefined) return first;
  throw new Failure('ALLOWANCE_NOT_FOUND', `Nothing is left of what others gave to ${account} by a transfer that they signed.`, {
    fix: human('The owner of this key decides where its credits go, and sends them with credits allow.'),
  });
};
