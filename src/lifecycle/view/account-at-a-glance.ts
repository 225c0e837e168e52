import type { Decimal } from 'decimal.js';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { CloudReader } from '../../ports/network/cloud.ts';
import { type AccountFigures, accountFigures } from '../account/account-figures.ts';
import { compareWithPolicy } from '../alerts/compare-with-policy.ts';
import { warnRemoving } from '../alerts/removing-alerts.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { type ApproverOrigin, approverOrigin } from '../policy/approver-origin.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { type TaskStanding, taskStandings } from '../policy/task-standings.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import { asShown, misrecorded } from '../trail/misrecorded.ts';
import { warnOfMisrecorded } from './warn-of-misrecorded.ts';

export interface Glance {
  account: string | null;
  figures: AccountFigures | null;
  /** Credits per second: the greater of ledger and network. */
  burn: Decimal;
  approvalsWaiting: number;
  /** The approver's address; null where a person at a terminal approves. */
  approver: string | null;
  approverOrigin: ApproverOrigin | null;
  frozenSince: number | null;
  tasks: TaskStanding[];
  live: (VmRecord & { removing: boolean })[];
}

/** Returns the account's figures, burn, pending approvals and live VMs, and warns of what is wrong with them. */
export const accountAtAGlance = async (context: ReadContext, offline: boolean): Promise<Glance> => {
  const ledger = await context.ledger();
  const account = accountInUse(context);
  const figures = account === null ? null : await accountFigures(context, account, offline);
  const standing = account === null ? null : await readPolicy(context, account);
  if (standing?.unsealed != null) context.warn('POLICY_UNSEALED', `Nothing is spent: ${standing.unsealed}`);
  if (standing?.elsewhere != null) {
    context.warn('WRONG_NETWORK', `Nothing is spent: the audit trail knows ${account} from ${standing.elsewhere}.`);
  }
  if (standing?.rootMissing != null) context.warn('CONFIG_INVALID', `Nothing is spent: ${standing.rootMissing}`);
  if (standing?.broken != null) context.warn('LEDGER_BROKEN', `Nothing is spent: ${standing.broken}`);
  const recorded = ledger.vms({ network: context.network, states: liveStates });
  const { removing, hidden } = account === null || offline ? unasked : await warned(context, account, recorded);
  const live = [...recorded.filter(({ id }) => hidden.every((vm) => vm.id !== id)), ...hidden];
  warnExpired(context, live);
  const held = live.reduce((sum, vm) => sum.plus(vm.rate), new Exact(0));
  const burnt = new Exact(figures?.perSecond ?? 0);
  const now = context.clock.now();
  return {
    account,
    figures,
    burn: held.gt(burnt) ? held : burnt,
    approvalsWaiting: ledger.approvals({ state: 'pending', network: context.network }).filter(({ expiresAt }) => expiresAt > now).length,
    approver: standing?.approver ?? null,
    approverOrigin: standing === null ? null : approverOrigin(standing, context.rootPolicy()),
    frozenSince: standing?.frozenSince ?? null,
    tasks: standing === null ? [] : taskStandings(ledger, standing, now),
    live: live.map((vm) => ({ ...vm, removing: removing.includes(vm.id) })),
  };
};

/** What only the network shows. */
interface Shown {
  /** Ids of VMs that the network is about to remove. */
  removing: readonly string[];
  /** Live VMs whose rows say otherwise. */
  hidden: readonly VmRecord[];
}

const unasked: Shown = { removing: [], hidden: [] };

/** Warns of what only the network shows. Returns nothing where the network does not answer: `accountFigures` has warned of that. */
const warned = async (context: ReadContext, account: string, live: readonly VmRecord[]): Promise<Shown> => {
  const cloud = await context.cloud().catch(() => null);
  if (cloud === null) return unasked;
  const [removing, hidden] = await Promise.all([cloud.accounts.removing(account), warnOfListed(context, cloud, account)]);
  await warnRemoving(context, live, removing);
  return { removing: removing ?? [], hidden };
};

/**
 * Warns of VMs with our marker that the ledger does not know, and of those whose rows contradict the network, and returns these. A view changes
 * nothing, so it names the command that does.
 */
const warnOfListed = async (context: ReadContext, cloud: CloudReader, account: string): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  const [listed, journals] = await Promise.all([cloud.messages.listSentBy(account).catch(() => []), cloud.accounts.journal(account)]);
  for (const { code, message } of await compareWithPolicy(context, account, { listed, journals })) context.warn(code, message);
  const found = misrecorded(ledger, { account, network: context.network }, listed, context.clock.now());
  warnOfMisrecorded(context, found);
  const unknown = listed.filter(({ ours, id }) => ours && ledger.vm(id) === null).length;
  if (unknown > 0) {
    context.warn(
      'STRAY_VMS',
      `${unknown} VMs of ours burn that the ledger does not count as live: run "${commandLine('gc', { execute: true })}".`,
    );
  }
  return found.map(asShown);
};
