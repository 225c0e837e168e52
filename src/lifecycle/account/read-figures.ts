import type { AccountFigures } from '../../domain/burn/exposure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { upStates } from '../../domain/ledger/ended.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { utcDayStart } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance, Burn, Expense } from '../../ports/network/accounts.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { type Ends, seeEnded } from '../ended/see-ended.ts';
import { grantOf, type Parties } from '../operation/grant-of.ts';
import { payerIn } from './account-rows.ts';

/** What the network says about an account that signs and the one that pays, all read at once and good for ten seconds. */
export interface Figures extends AccountFigures {
  readAt: number;
  /** The channel on which the payer lets the account act for it; null where the account pays itself. */
  channel: string | null;
  balance: Balance;
  burn: Burn;
  listed: ListedVm[];
  /** The payer's expense rows since the earlier of today's start and the last authorisation. */
  expenses: Expense[];
  spent: Expense[];
  /** VMs of the account that the ledger has as live and two hosts say are gone. */
  ended: Ends;
  /** What the account itself has published in its aggregate, by CCN host. */
  journal: JournalCopy[];
}

type Context = Pick<ReadContext, 'cloud' | 'clock' | 'cache' | 'ledger' | 'network' | 'signal'>;

/** Older figures are read again before any credits are held (product.md §1 rule 2). Of the wall clock, as signing takes its time there. */
const figuresFreshMs = 10_000;

/**
 * Reads the figures in parallel. `BALANCE_UNREADABLE` when any of them cannot be read: figures that are not known must not be spent by.
 * `GRANT_MISSING`, `GRANTS_UNREADABLE` where another account is to pay and two hosts do not show that it wants to.
 */
export const readFigures = async (context: Context, parties: Parties, since: number): Promise<Figures> => {
  const { account, payer } = parties;
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const readAt = cloud.since();
  const from = Math.min(since, utcDayStart(readAt));
  const scope = { account, network: context.network };
  // Of one that is settled the row counts, whoever its message says pays.
  const recent = [...ledger.vms({ ...scope, states: liveStates }), ...ledger.vms({ ...scope, unsettled: true, changedSince: from })];
  const charged = (address: string): Promise<Charged> => readCharged(context, address, from);
  try {
    // Rows tell only whose history to ask for at once; the network tells whose there is, whatever became of the rows.
    const hinted = [account, ...ledger.payers(scope), ...recent.map((vm) => payerIn(ledger, vm))];
    const others = [...new Set(hinted)].filter((address) => address !== payer);
    const [balance, own, known, listed, gone, journal, channel] = await Promise.all([
      cloud.accounts.surestBalance(payer),
      charged(payer),
      Promise.all(others.map(charged)),
      cloud.messages.listSentBy(account),
      cloud.messages.goneSentBy(account),
      cloud.accounts.journal(account),
      grantOf(context, parties),
    ]);
    // Owners that only the network names, of VMs that live or are gone.
    const owners = [...listed.flatMap(({ owner }) => owner ?? []), ...gone.flatMap((vm) => vm.owners)];
    const unknown = [...new Set(owners)].filter((owner) => owner !== payer && !others.includes(owner));
    const all = [own, ...known, ...(await Promise.all(unknown.map(charged)))];
    const up = ledger.vms({ ...scope, states: upStates });
    const ended = await seeEnded(context, up, new Set(listed.map(({ id }) => id)));
    const seen = new Set([...listed, ...gone].map(({ id }) => id));
    const isSent = (id: string): boolean => {
      if (!seen.has(id) && isOf(ledger.vm(id), scope)) seen.add(id);
      return seen.has(id);
    };
    const counts = (address: string, { vm }: Expense): boolean => address === account || (vm !== null && isSent(vm));
    return {
      readAt,
      payer,
      channel,
      balance,
      burn: { perSecond: own.burn.perSecond, resources: all.flatMap(({ burn }) => burn.resources) },
      listed,
      expenses: own.expenses,
      spent: all.flatMap(({ address, expenses }) => expenses.filter((row) => counts(address, row))),
      journal,
      ended,
    };
  } catch (problem) {
    if (!(problem instanceof Failure) || problem.code === 'GRANT_MISSING' || problem.code === 'GRANTS_UNREADABLE') throw problem;
    throw new Failure('BALANCE_UNREADABLE', `Balance, burn and history of ${payer} could not be read: ${problem.message}`, {
      cause: problem,
    });
  }
};

const isOf = (vm: VmRecord | null, { account, network }: { account: string; network: string }): boolean =>
  vm?.account === account && vm.network === network;

interface Charged {
  address: string;
  burn: Burn;
  expenses: Expense[];
}

const readCharged = async (context: Context, address: string, from: number): Promise<Charged> => {
  const { accounts } = await context.cloud();
  const [burn, expenses] = await Promise.all([accounts.burn(address), accounts.expenses(address, from)]);
  return { address, burn, expenses };
};

/**
 * Tells whether the figures are fresh enough to judge by. Ask inside the transaction that holds: waiting for the ledger's lock ages them
 * too.
 */
export const areFresh = (context: Pick<ReadContext, 'clock'>, figures: Figures): boolean => {
  const ageMs = context.clock.now() - figures.readAt;
  // Where the clock was set back nobody knows how old they are.
  return ageMs >= 0 && ageMs <= figuresFreshMs * (context.clock.pace?.() ?? 1);
};

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
