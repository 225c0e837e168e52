import { Failure } from '../../domain/failure/failure.ts';
import { upStates } from '../../domain/ledger/ended.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { utcDayStart } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance, Burn, Expense } from '../../ports/network/accounts.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { type Ends, seeEnded } from '../ended/see-ended.ts';

/** What the network says about an account, all read at once and good for ten seconds. */
export interface Figures {
  readAt: number;
  balance: Balance;
  burn: Burn;
  /** Live INSTANCEs sent by the account. */
  listed: ListedVm[];
  /** The account's expense rows since the earlier of today's start and the last authorisation. */
  expenses: Expense[];
  /** VMs of the signer that the ledger has as live and two hosts say are gone. */
  ended: Ends;
  /** What the account itself has published in its aggregate, by CCN host. */
  journal: JournalCopy[];
}

/** Older figures are read again before any credits are held (product.md §1 rule 2). Of the wall clock, as signing takes its time there. */
const figuresFreshMs = 10_000;

/**
 * Reads an account's figures in parallel; the journal is that of `signer`, the key that signs. `BALANCE_UNREADABLE` when any of them cannot
 * be read: figures that are not known must not be spent by.
 */
export const readFigures = async (
  context: Pick<ReadContext, 'cloud' | 'clock' | 'cache' | 'ledger' | 'network'>,
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
    const rows = (await context.ledger()).vms({ account: signer, network: context.network, states: upStates });
    const ended = await seeEnded(context, rows, new Set(listed.map(({ id }) => id)));
    return { readAt, balance, burn, listed, expenses, journal, ended };
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    throw new Failure('BALANCE_UNREADABLE', `Balance, burn and history of ${account} could not be read: ${problem.message}`, {
      cause: problem,
    });
  }
};

/**
 * Tells whether the figures are fresh enough to judge by. Ask inside the transaction that holds: waiting for the ledger's lock ages them
 * too.
 */
export const areFresh = (context: Pick<ReadContext, 'clock'>, figures: Figures): boolean =>
  context.clock.now() - figures.readAt <= figuresFreshMs * (context.clock.pace?.() ?? 1);

/**
 * Calls `hold` with these figures, and once more with fresh ones where they had outlived their ten seconds before the ledger's lock was had
 * (`hold` returns null then). `PLAN_MOVED` when the second ones were too old as well: nothing was held.
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
