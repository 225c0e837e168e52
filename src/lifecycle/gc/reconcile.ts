import { Failure } from '../../domain/failure/failure.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { counted } from '../../domain/text/counted.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { settleCosts } from '../account/settle-costs.ts';
import { adoptUnknown } from '../adopt/adopt-unknown.ts';
import { closeAdoptions } from '../adopt/close-adoptions.ts';
import { voidApprovals } from '../approvals/void-approvals.ts';
import { listedVersion, lookForHealth } from '../create/await-healthy.ts';
import { settleRequest } from '../create/await-processed.ts';
import { priceInDoubt, settlePrice } from '../create/settle-price.ts';
import { closeDenied } from '../end/close-denied.ts';
import { beginTearDown, tearDown } from '../end/tear-down.ts';
import { provenGone, saysAlive } from '../ended/proof-of-termination.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { withLease } from '../trail/lease.ts';
import { misrecorded, setRight } from '../trail/misrecorded.ts';
import { markRevived } from '../trail/revived-vms.ts';
import { settleHead } from '../trail/settle-head.ts';
import { clearJournal } from './clear-journal.ts';
import { lookedAt } from './looked-at.ts';
import { reconcileExpiries } from './reconcile-expiries.ts';
import { sideBySide, vmsAtOnce } from './side-by-side.ts';

/** A node refuses a notify within seconds; whether the VM then runs, the next round sees. */
const notifyLimitMs = 10_000;

export interface Reconciled {
  adopted: VmRecord[];
  /** VMs whose row moved, with the state that they moved from. */
  moved: { vm: VmRecord; from: VmRecord['state'] }[];
  /** VMs that another process is working on. */
  busy: string[];
  newExpenses: number;
  /** How many approvals and envelopes were voided because the ledger had lost rows. */
  voided: number;
}

/**
 * Brings ledger and network to agree. Live VMs of ours without a row get one; VMs that came alive after they were given up go to
 * `stopping`; interrupted creates are finished or rolled back (no create is ever sent here); half-done teardowns go on; costs are settled.
 * Safe at any time, any number of times.
 */
export const reconcile = async (context: ChangeContext, account: string): Promise<Reconciled> => {
  const cloud = await context.cloud();
  const ledger = await context.ledger();
  const listed = await cloud.messages.listSentBy(account);
  const scope = { account, network: context.network };
  await setRight(
    context,
    misrecorded(ledger, scope, listed, context.clock.now()).filter(({ elsewhere }) => elsewhere),
  );
  // Approvals are voided first: a ledger that lost rows cannot tell which of them were used.
  const rebuilt = await isRebuilt(context, account, listed);
  const voided = rebuilt ? await voidApprovals(context, account) : 0;
  const adopted = await adoptUnknown(context, account, listed);
  if (adopted.length > 0) {
    context.warn(
      'NAMES_LOST',
      `${counted(adopted.length, 'VM')} came back from the network: names, tasks and purposes are in a ledger alone, so public labels are used.`,
    );
  }
  // An extension that was interrupted goes on only once its hold is public.
  await settleHead(context, account);
  await reconcileExpiries(context, account, listed);
  const alive = new Set(listed.map(({ id }) => id));
  const result: Reconciled = { adopted, moved: [], busy: [], newExpenses: 0, voided };
  const problems: Failure[] = [];
  const due = lookedAt(ledger, scope, { states: liveStates }, alive).filter(
    (vm) => needsWork(vm, alive) || (isUp(vm) && priceInDoubt(ledger, vm)),
  );
  const outcomes = await sideBySide(due, vmsAtOnce, (vm) => recover(context, vm).catch(knownFailure));
  for (const [place, vm] of due.entries()) {
    const after = outcomes[place]!;
    if (after instanceof Failure) {
      if (after.code === 'VM_BUSY') result.busy.push(vm.id);
      // Its owner alone can end it: no later round mends that.
      else if (after.code === 'GRANT_MISSING') context.warn(after.code, after.message);
      else problems.push(after);
    } else if (after.state !== vm.state) result.moved.push({ vm: after, from: vm.state });
  }
  await closeFinished(context, account);
  await closeAdoptions(context, account);
  result.newExpenses = await settleCosts(context, account);
  // Tidying must fail no round: what it leaves is tidied by a later one.
  const untidy = await clearJournal(context, account).then(() => null, passableFailure);
  if (untidy !== null) context.warn('JOURNAL_UNTIDY', `Entries of VMs that are settled stay in the account's aggregate: ${untidy.message}`);
  // One VM's failure is thrown only when everything else is done.
  if (problems[0] !== undefined) throw problems[0];
  return result;
};

/**
 * Tells whether the ledger lost rows, or the key was used elsewhere: the network lists VMs of ours, or billed VMs since the oldest open
 * approval, that no row knows. VMs that a delegate sent at this account's cost are in the delegate's ledger.
 */
const isRebuilt = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<boolean> => {
  const ledger = await context.ledger();
  if (listed.some(({ ours, id }) => ours && ledger.vm(id) === null)) return true;
  const open = (['pending', 'granted'] as const).flatMap((state) => ledger.approvals({ state, network: context.network, account }));
  if (open.length === 0) return false;
  const since = Math.min(...open.map(({ requestedAt }) => requestedAt));
  const cloud = await context.cloud();
  const expenses = await cloud.accounts.expenses(account, since);
  const unknown = expenses.flatMap(({ vm }) => (vm === null || ledger.vm(vm) !== null ? [] : [vm]));
  if (unknown.length === 0) return false;
  const sent = [...listed, ...(await cloud.messages.goneSentBy(account))].map(({ id }) => id);
  return unknown.some((id) => sent.includes(id));
};

const needsWork = (vm: VmRecord, alive: ReadonlySet<string>): boolean =>
  vm.state === 'requested' ||
  vm.state === 'provisioning' ||
  vm.state === 'stopping' ||
  ((vm.state === 'dormant' || vm.state === 'terminated') && alive.has(vm.id)) ||
  (isUp(vm) && !alive.has(vm.id));

const isUp = ({ state }: VmRecord): boolean => state === 'healthy' || state === 'unreachable' || state === 'stopped';

/**
 * Recovers one interrupted VM under its lease: reads what the network has and goes on from there, without ever sending a create. A VM that
 * came up is kept until its expiry; one that is lost, or was `stopping`, is torn down.
 */
const recover = (context: ChangeContext, vm: VmRecord): Promise<VmRecord> =>
  withLease(context, vm.id, 0, async () => {
    const found = (await context.ledger()).vm(vm.id) ?? vm;
    const current = await closeDenied(context, found);
    if (current.state !== found.state) return current;
    if (current.state === 'stopping') return tearDown(context, current);
    if (current.state === 'provisioning') return lookOnce(context, current);
    if (isUp(current)) {
      const priced = await settlePrice(context, current);
      if (priced.state === 'stopping') return tearDown(context, priced);
    }
    const statuses = await (await context.cloud()).messages.statusOf(vm.id);
    if (current.state === 'requested') {
      const moved = await settleRequest(context, current, statuses);
      if (moved.state === 'provisioning') return lookOnce(context, moved);
      return moved.state === 'stopping' ? tearDown(context, moved) : moved;
    }
    if (current.state === 'dormant' || current.state === 'terminated') {
      return saysAlive(statuses) ? tearDown(context, await markRevived(context, current)) : current;
    }
    // The VM is missing from one host's list. With the other hosts silent that proves nothing, and a healthy VM would be destroyed on it:
    // hence a silence of 0.
    if (!provenGone(statuses, await (await context.cloud()).nodes.placement(vm.id), () => 0)) return current;
    return tearDown(context, await beginTearDown(context, current, 'rollback'));
  });

const lookOnce = async (context: ChangeContext, seen: VmRecord): Promise<VmRecord> => {
  const vm = await settlePrice(context, seen);
  if (vm.state === 'stopping') return tearDown(context, vm);
  const look = await lookForHealth(context, vm, {
    runningSince: null,
    unlocked: false,
    notify: { limitMs: notifyLimitMs, version: () => listedVersion(context, vm.node) },
  });
  const dead = look.dead ?? (await look.starting);
  return dead === null ? look.vm : tearDown(context, await beginTearDown(context, look.vm, 'failed', { reason: dead }));
};

/** Ends creates whose process died, once none of their VMs is on its way up or down. */
const closeFinished = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const operation of ledger.operations({ account, network: context.network, kind: 'create', state: 'running' })) {
    const rowsIn = (reader: LedgerReader) => reader.vms({ operation: operation.id });
    const rows = rowsIn(ledger);
    if (rows.some((vm) => vm.state === 'requested' || vm.state === 'provisioning' || vm.state === 'stopping')) continue;
    const alive = rows.some((vm) => vm.state === 'healthy' || vm.state === 'unreachable' || vm.state === 'stopped');
    // The operation's process may live after all and have made the next attempt by now.
    const still = (transaction: LedgerReader) => rowsIn(transaction).length === rows.length;
    await closeOperation(context, operation.id, alive ? null : 'INTERRUPTED', still);
  }
};
