import { Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import type { ReadContext } from '../../ports/context.ts';
import { runwaySeconds } from './runway.ts';

/** Balance and burn as shown, with the time they were read (ms): integer credits, and credits per second, as decimal text. */
export interface AccountFigures {
  at: number;
  credits: string;
  perSecond: string;
  runwaySeconds: number | null;
  /** true: these are the last figures kept, because the network was not asked or did not answer. */
  stale: boolean;
}

const keepMs = 30 * 24 * 3600_000;

const keyOf = (network: string, account: string): string => `figures:${network}:${account}`;

/**
 * Reads balance and burn and keeps them; offline, or when the network does not answer, returns the last ones kept. null: none were ever
 * read.
 */
export const accountFigures = async (context: ReadContext, account: string, offline: boolean): Promise<AccountFigures | null> => {
  const key = keyOf(context.network, account);
  if (!offline) {
    try {
      const cloud = await context.cloud();
      const at = cloud.since();
      const [balance, burn] = await Promise.all([cloud.accounts.balance(account), cloud.accounts.burn(account)]);
      const figures: AccountFigures = {
        at,
        credits: balance.credits.toString(),
        perSecond: new Exact(burn.perSecond).toFixed(),
        runwaySeconds: runwaySeconds(balance, burn, at),
        stale: false,
      };
      context.cache.write(key, figures);
      return figures;
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      context.warn(problem.code, `Figures are the last ones kept: ${problem.message}`);
    }
  }
  const kept = context.cache.read(key, keepMs);
  return kept === null ? null : { ...(kept.value as AccountFigures), stale: true };
};
