import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Who gave the account credits, and how many of those were not returned yet. */
export interface Allowance {
  giver: string;
  left: bigint;
}

const add = (sums: Map<string, bigint>, address: string, credits: bigint): void =>
  void sums.set(address, (sums.get(address) ?? 0n) + credits);

/**
 * The allowance of which most is left. Who gave it is proven by the transfers that the giver signed, because a host could name any address;
 * and no more than that counts as given, because anybody can send a little to an account in order to be sent the rest.
 * `ALLOWANCE_NOT_FOUND` where nothing is left of any.
 */
export const allowanceOf = async (context: Pick<ReadContext, 'cloud'>, account: string): Promise<Allowance> => {
  const { accounts, messages } = await context.cloud();
  const copies = await accounts.transfers(account, 0);
  if (copies.every(({ rows }) => rows === null)) {
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host tells which transfers came to ${account}.`);
  }
  const rows = [...new Map(copies.flatMap((copy) => (copy.rows ?? []).map((row) => [`${row.post} ${row.other}`, row]))).values()];
  const signed = await Promise.all(rows.filter(({ credits }) => credits > 0n).map(({ post }) => messages.transfer(post)));
  const left = new Map<string, bigint>();
  for (const transfer of signed) {
    if (transfer === null || transfer.sender !== transfer.from) continue;
    for (const { address, credits } of transfer.to) if (address === account) add(left, transfer.from, credits);
  }
  // what any host shows as returned counts
  for (const { other, credits } of rows) if (credits < 0n) add(left, other, credits);
  const [most] = [...left].sort(([, a], [, b]) => (a < b ? 1 : -1));
  if (most !== undefined && most[1] > 0n) return { giver: most[0], left: most[1] };
  throw new Failure('ALLOWANCE_NOT_FOUND', `Nothing is left of what others gave to ${account} by a transfer that they signed.`, {
    fix: human('The owner of this key decides where its credits go, and sends them with credits allow.'),
  });
};
