import { Failure } from '../../domain/failure/failure.ts';
import { creditsOver, parseUsd, usd } from '../../domain/money/money.ts';
import { productRate, productSize } from '../../domain/money/product-price.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import { accountStanding } from '../account/account-standing.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { pollDelays } from '../operation/poll-delays.ts';

const daySeconds = 86_400;

/** What an account lacks, and for what. */
export interface Missing {
  account: string;
  /** Credits that it holds now. */
  held: bigint;
  missing: bigint;
  /** "1 CU for 4h"; null where only a sum was asked for. */
  purpose: string | null;
}

/** Says how many credits an account lacks for one more VM of this size and lifetime; or takes a sum as it is. */
export const missingCredits = async (
  context: ReadContext,
  wish: { sum: string | undefined; computeUnits: number; ttlSeconds: number },
): Promise<Missing> => {
  const { address: account } = context.keys.current(context.network);
  const cloud = await context.cloud();
  if (wish.sum !== undefined) {
    return { account, held: requireHeld(await heldByTwo(cloud, account), account), missing: parseUsd(wish.sum), purpose: null };
  }
  const [prices, { reserve, committed }, told] = await Promise.all([
    cloud.prices.table(),
    accountStanding(context, { account, payer: account }),
    heldByTwo(cloud, account),
  ]);
  const held = requireHeld(told, account);
  const size = productSize(
    { computeUnits: wish.computeUnits, vcpus: undefined, memoryMib: undefined, diskMib: undefined },
    noExtras,
    prices,
  );
  const rate = productRate(size, noExtras, prices);
  const needed = reserve + committed + creditsOver(rate, wish.ttlSeconds) + creditsOver(rate, daySeconds);
  return {
    account,
    held,
    missing: needed > held ? needed - held : 0n,
    purpose: `${wish.computeUnits} CU for ${formatDuration(wish.ttlSeconds)}`,
  };
};

/** The most that two CCN hosts (or the only one) show: one alone could say that credits arrived. null where too few answer. */
const heldByTwo = async ({ accounts, hosts }: CloudReader, account: string): Promise<bigint | null> => {
  const told = (await accounts.held(account)).sort((one, other) => (one < other ? 1 : -1));
  return told[Math.min(2, hosts.length) - 1] ?? null;
};

const requireHeld = (held: bigint | null, account: string): bigint => {
  if (held !== null) return held;
  throw new Failure('BALANCE_UNREADABLE', `Two CCN hosts have to say what ${account} holds, and too few answer.`);
};

const noExtras = { gpus: [], confidential: false };

/** Waits until the account holds what it lacked. `STILL_WAITING` when the call's time is over. */
export const awaitCredits = async (context: ReadContext, { account, held, missing }: Missing): Promise<bigint> => {
  const cloud = await context.cloud();
  const giveUpAt = deadlineOf(context);
  const delays = pollDelays();
  for (;;) {
    const credits = await heldByTwo(cloud, account);
    if (credits !== null && credits >= held + missing) return credits;
    if (context.clock.now() >= giveUpAt) throw stillWaiting(held + missing - (credits ?? held));
    await context.clock.wait(delays(), context.signal);
  }
};

const stillWaiting = (left: bigint): Failure =>
  new Failure('STILL_WAITING', `Stopped waiting: ${usd(left)} USD of credits have not arrived yet.`, {
    sideEffects: 'none',
    fix: agent('Go on waiting.', 'credits topup', usd(left), { show: true, wait: true }),
  });
