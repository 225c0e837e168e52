import { Failure } from '../../domain/failure/failure.ts';
import type { JournalWord } from '../../domain/ledger/journal.ts';
import { utcDayStart } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance, Burn, Expense } from '../../ports/network/accounts.ts';
import type { ListedVm } from '../../ports/network/messages.ts';

/** What the network says about an account, all read within the same ten seconds. */
export interface Figures {
  readAt: number;
  balance: Balance;
  burn: Burn;
  /** Live INSTANCEs sent by the account. */
  listed: ListedVm[];
  /** The account's expense rows since the earlier of today's start and the last authorisation. */
  expenses: Expense[];
  /** What the account itself has published, by host. */
  journal: JournalWord[];
}

/** Figures older than this are read again before anything is held (product.md §1 rule 2). */
const figuresFreshMs = 10_000;

/** Reads them in parallel; the journal is that of the key that signs. `BALANCE_UNREADABLE` when any of them cannot be read: what is not known is not spent. */
export const readFigures = async (
  context: Pick<ReadContext, 'cloud' | 'clock'>,
  account: string,
  since: number,
  signer = account,
): Promise<Figures> => {
  const cloud = await context.cloud();
  const readAt = context.clock.now();
  const from = Math.min(since, utcDayStart(readAt));
  try {
    const [balance, burn, listed, expenses, journal] = await Promise.all([
      cloud.accounts.balance(account),
      cloud.accounts.burn(account),
      cloud.messages.listSentBy(account),
      cloud.accounts.expenses(account, from),
      cloud.accounts.journal(signer),
    ]);
    return { readAt, balance, burn, listed, expenses, journal };
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    throw new Failure('BALANCE_UNREADABLE', `Balance, burn and history of ${account} could not be read: ${problem.message}`, {
      cause: problem,
    });
  }
};

/** May these still be judged by? To be asked inside the transaction that holds: the wait for the ledger's lock counts too. */
export const areFresh = (context: Pick<ReadContext, 'clock'>, figures: Figures): boolean =>
  context.clock.now() - figures.readAt <= figuresFreshMs;

/**
 * Holds by these figures, or by others read once more where the first had outlived their ten seconds by the time the ledger was
 * ours (`hold` gives null then). `PLAN_MOVED` when that is too slow as well: nothing was held.
 */
export const holdWhileFresh = async <Held>(
  context: Pick<ReadContext, 'clock'>,
  figures: Figures,
  again: () => Promise<Figures>,
  hold: (figures: Figures) => Promise<Held | null>,
): Promise<Held> => {
  const held = (areFresh(context, figures) ? await hold(figures) : null) ?? (await hold(await again()));
  if (held !== null) return held;
  throw new Failure('PLAN_MOVED', 'Balance and burn are more than 10 s old: the network answers too slowly. Nothing was sent.');
};
