import type { Decimal } from 'decimal.js';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { type AccountFigures, accountFigures } from '../account/account-figures.ts';
import { type AccountStanding, accountStanding } from '../account/account-standing.ts';
import { compareWithPolicy } from '../alerts/compare-with-policy.ts';
import { warnRemoving } from '../alerts/removing-alerts.ts';
import { stillWaits } from '../approvals/is-about-gone.ts';
import { shownTo } from '../caller/callers-rows.ts';
import { type Ends, endsSeen, seeEnded, withEnds } from '../ended/see-ended.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { payerOf } from '../operation/payer-of.ts';
import { type ApproverOrigin, approverOrigin } from '../policy/approver-origin.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { type TaskStanding, taskStandings } from '../policy/task-standings.ts';
import { warnEnded } from '../timers/warn-ended.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import { asShown, misrecorded } from '../trail/misrecorded.ts';
import { type OwnerAtAGlance, ownerAtAGlance } from './owner-at-a-glance.ts';
import { warnOfMisrecorded } from './warn-of-misrecorded.ts';

export interface Glance {
  account: string | null;
  /** The account whose figures these are; null where there is no account. */
  payer: string | null;
  figures: AccountFigures | null;
  /** Credits per second: the greater of ledger and network. */
  burn: Decimal;
  approvalsWaiting: number;
  /** The approver's address; null where a person at a terminal approves. */
  approver: string | null;
  approverOrigin: ApproverOrigin | null;
  frozenSince: number | null;
  /** null: the account lives on no allowance, or that was not read. */
  owner: OwnerAtAGlance | null;
  /** What the network wants to be held, and what the policy still lets be spent; null where the figures for it were not read. */
  standing: Pick<AccountStanding, 'reserve' | 'remaining'> | null;
  tasks: TaskStanding[];
  live: (VmRecord & { removing: boolean })[];
  /** VMs that ended by themselves, as they will stand in the ledger once that is on record. */
  ended: VmRecord[];
}

/** Returns the account's figures, burn, pending approvals and live VMs, and warns of what is wrong with them. */
export const accountAtAGlance = async (context: ReadContext, offline: boolean): Promise<Glance> => {
  const ledger = await context.ledger();
  const account = accountInUse(context);
  const payer = account === null ? null : await payerOf(context, account);
  const { agent } = context.caller;
  const recorded = ledger.vms({ network: context.network, ...shownTo(context), states: liveStates });
  const [seenFigures, { removing, hidden, ends }, owner, spendable] = await Promise.all([
    payer === null || agent !== null ? null : accountFigures(context, payer, offline),
    account === null || offline ? asSeenBefore(context, recorded) : warned(context, account, recorded),
    payer === null || offline || payer !== account || agent !== null ? null : ownerAtAGlance(context, account).catch(unlessBug),
    account === null || payer === null || offline ? null : accountStanding(context, { account, payer }).catch(unlessBug),
  ]);
  const standing = account === null ? null : await readPolicy(context, account);
  if (standing?.unsealed != null) context.warn('POLICY_UNSEALED', `Nothing is spent: ${standing.unsealed}`);
  if (standing?.elsewhere != null) {
    context.warn('WRONG_NETWORK', `Nothing is spent: the audit trail knows ${account} from ${standing.elsewhere}.`);
  }
  if (standing?.rootMissing != null) context.warn('CONFIG_INVALID', `Nothing is spent: ${standing.rootMissing}`);
  if (standing?.broken != null) context.warn('LEDGER_BROKEN', `Nothing is spent: ${standing.broken}`);
  const seen = withEnds(recorded, ends, context.clock.now());
  const live = [...seen.filter(({ id }) => !ends.has(id) && hidden.every((vm) => vm.id !== id)), ...hidden];
  warnExpired(context, live);
  warnEnded(context, recorded, ends);
  const figures = agent === null || spendable === null ? seenFigures : sliceFigures(spendable);
  const held = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
  const burnt = new Exact(figures?.perSecond ?? 0);
  const now = context.clock.now();
  return {
    account,
    payer,
    figures,
    burn: held.gt(burnt) ? held : burnt,
    approvalsWaiting: ledger
      .approvals({ state: 'pending', network: context.network, ...shownTo(context) })
      .filter((row) => stillWaits(ledger, row, now)).length,
    approver: standing?.approver ?? null,
    approverOrigin: standing === null ? null : approverOrigin(standing, context.rootPolicy()),
    frozenSince: standing?.frozenSince ?? null,
    owner,
    standing: spendable,
    tasks: standing === null || agent !== null ? [] : taskStandings(ledger, standing, now),
    live: live.map((vm) => ({ ...vm, removing: removing.includes(vm.id) })),
    ended: seen.filter(({ id }) => ends.has(id)),
  };
};

/** What an agent has left and burns, in the place of the account's figures. */
const sliceFigures = ({ balance, perSecond, readAt }: AccountStanding): AccountFigures => ({
  at: readAt,
  credits: balance.credits.toString(),
  perSecond: perSecond.toFixed(),
  runwaySeconds: null,
  stale: false,
});

/** `accountFigures` has warned of a network that does not answer. */
const unlessBug = (thrown: unknown): null => {
  knownFailure(thrown);
  return null;
};

/** What only the network shows. */
interface Shown {
  /** Ids of VMs that the network is about to remove. */
  removing: readonly string[];
  /** Live VMs whose rows say otherwise. */
  hidden: readonly VmRecord[];
  /** VMs that ended by themselves. */
  ends: Ends;
}

const asSeenBefore = (context: ReadContext, live: readonly VmRecord[]): Shown => ({
  removing: [],
  hidden: [],
  ends: endsSeen(context, live),
});

/**
 * Warns of what only the network shows. Where it does not answer, the ends that were seen before stand: `accountFigures` has warned of
 * that.
 */
const warned = async (context: ReadContext, account: string, live: readonly VmRecord[]): Promise<Shown> => {
  const cloud = await context.cloud().catch(() => null);
  if (cloud === null) return asSeenBefore(context, live);
  // what is wrong with the account is the owner's to know
  if (context.caller.agent !== null) return ownEnds(context, cloud, account, live);
  const [removing, listed, journals] = await Promise.all([
    cloud.accounts.removing(account),
    cloud.messages.listSentBy(account).catch(() => null),
    cloud.accounts.journal(account),
  ]);
  const mine = live.filter((vm) => vm.account === account);
  const ends = listed === null ? endsSeen(context, live) : await seeEnded(context, mine, new Set(listed.map(({ id }) => id)));
  const [hidden] = await Promise.all([
    warnOfListed(context, account, { listed: listed ?? [], journals }),
    warnRemoving(context, live, removing),
  ]);
  return { removing: removing ?? [], hidden, ends };
};

const ownEnds = async (context: ReadContext, cloud: CloudReader, account: string, live: readonly VmRecord[]): Promise<Shown> => {
  const [removing, listed] = await Promise.all([cloud.accounts.removing(account), cloud.messages.listSentBy(account).catch(() => null)]);
  const ends = listed === null ? endsSeen(context, live) : await seeEnded(context, live, new Set(listed.map(({ id }) => id)));
  await warnRemoving(context, live, removing);
  return { removing: removing ?? [], hidden: [], ends };
};

interface Listed {
  listed: ListedVm[];
  journals: JournalCopy[];
}

/**
 * Warns of VMs with our marker that the ledger does not know, and of those whose rows contradict the network, and returns these. A view changes
 * nothing, so it names the command that does.
 */
const warnOfListed = async (context: ReadContext, account: string, { listed, journals }: Listed): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  for (const { code, message } of await compareWithPolicy(context, account, { listed, journals })) context.warn(code, message);
  const found = misrecorded(ledger, { account, network: context.network }, listed, context.clock.now());
  warnOfMisrecorded(context, found);
  const unknown = listed.filter(({ ours, id }) => ours && ledger.vm(id) === null).length;
  if (unknown > 0) {
    context.warn(
      'STRAY_VMS',
      `${counted(unknown, 'VM')} of this account ${unknown === 1 ? 'burns' : 'burn'} that the ledger does not count as live: run "${commandLine('gc', { execute: true })}".`,
    );
  }
  return found.map(asShown);
};
