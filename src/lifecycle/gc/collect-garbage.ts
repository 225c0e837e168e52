import type { Failure } from '../../domain/failure/failure.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import { shownState } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { destroy } from '../end/destroy.ts';
import { endExpired } from '../end/end-expired.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { misrecorded, setRight } from '../trail/misrecorded.ts';
import { type PublicRecord, readRecord } from '../trail/public-record.ts';
import { checkHealth } from './check-health.ts';
import { endUnreachable } from './end-unreachable.ts';
import type { GcItem } from './plan-gc.ts';
import { reconcile } from './reconcile.ts';
import { sideBySide, vmsAtOnce } from './side-by-side.ts';

export interface Collected extends GcItem {
  /** The state that the VM reached; null where ending it failed, with the code in `problem`. */
  reached: string | null;
  problem: string | null;
}

/** VMs that are ended here and now, or that are gone and left something behind; reconcile goes on with the others. */
const isDue = ({ reason, state }: GcItem): boolean =>
  reason === 'expired' || reason === 'nodeUnconfirmed' || (reason === 'halfDone' && state !== 'stopping');

/**
 * Does what `planGc` found. Expiring a VM needs a clock that two CCN hosts confirm, and the journal read anew; everything else does not.
 * One VM's failure does not keep the others from being ended. `probes`: whether it looks at every guest, too, and waits for those that are silent.
 */
export const collectGarbage = async (
  context: ChangeContext,
  account: string,
  items: readonly GcItem[],
  { probes } = { probes: true },
): Promise<Collected[]> => {
  await putRight(context, account, items);
  const clockProblem = items.some(({ reason }) => reason === 'expired') ? await requireClock(context).then(() => null, knownFailure) : null;
  // The public record is read again, so that an extension made since the plan counts.
  const record = items.some(({ reason }) => reason === 'expired') ? await readRecord(context, account) : { listed: [], journals: [] };
  const endDue = (item: GcItem): Promise<Collected> | Collected =>
    clockProblem !== null && item.reason === 'expired' ? failed(item, clockProblem) : end(context, item, record);
  // Teardowns run side by side, so that one silent node does not keep other VMs from being forgotten while they bill on.
  const done = await sideBySide(items.filter(isDue), vmsAtOnce, endDue);
  const { busy } = await reconcile(context, account);
  const health = probes ? await lookAfter(context, account) : [];
  const ledger = await context.ledger();
  const looked = new Set(health.map(({ id }) => id));
  for (const item of items.filter((one) => !isDue(one) && !looked.has(one.id))) {
    const after = ledger.vm(item.id);
    const reached = after === null ? null : shownState(after);
    const unfinished = reached === 'stopping' ? 'DESTROY_INCOMPLETE' : null;
    done.push({ ...item, reached, problem: busy.includes(item.id) ? 'VM_BUSY' : unfinished });
  }
  // A VM that failed to end may be in both lists; it is reported once.
  return [...done, ...health.filter(({ id }) => !done.some((one) => one.id === id))];
};

/** Puts rows right that name another account or network, before anything is done with their VMs. */
const putRight = async (context: ChangeContext, account: string, items: readonly GcItem[]): Promise<void> => {
  const ledger = await context.ledger();
  const { network } = context;
  const isElsewhere = (vm: VmRecord | null): boolean => vm !== null && (vm.network !== network || vm.account !== account);
  if (!items.some(({ id }) => isElsewhere(ledger.vm(id)))) return;
  const listed = await (await context.cloud()).messages.listSentBy(account);
  await setRight(
    context,
    misrecorded(ledger, { account, network }, listed, context.clock.now()).filter(({ elsewhere }) => elsewhere),
  );
};

/**
 * Checks the health of VMs and ends the unreachable ones that the policy wants ended. Returns an item for each VM that is, was or becomes
 * unreachable.
 */
const lookAfter = async (context: ChangeContext, account: string): Promise<Collected[]> => {
  const checked = await checkHealth(context, account);
  // Where the clock or the node list cannot be read, no unreachable VM is ended, and everything else is reported all the same.
  const ending = await endUnreachable(context, account, checked).catch((thrown) => {
    const { code, message } = knownFailure(thrown);
    context.warn(code, `No unreachable VM is ended: ${message}`);
    return [];
  });
  const ended = new Map(ending.map((one) => [one.vm.id, one]));
  return checked
    .filter(({ vm, from }) => vm.state === 'unreachable' || vm.state !== from)
    .map(({ vm, from }) => {
      const end = ended.get(vm.id);
      const reason = vm.state === 'unreachable' ? 'unreachable' : from === 'stopped' ? 'startedAgain' : 'recovered';
      return { ...itemOf(vm, reason), state: from, reached: (end?.vm ?? vm).state, problem: end?.problem?.code ?? null };
    });
};

const itemOf = ({ id, name, state }: VmRecord, reason: GcItem['reason']): GcItem => ({
  id,
  name,
  reason,
  state,
  usdPerHour: null,
  billedUsd: null,
});

const end = async (context: ChangeContext, item: GcItem, record: PublicRecord): Promise<Collected> => {
  const ended = item.reason === 'expired' ? endExpired(context, item.id, record) : destroy(context, item.id, 'expired');
  return ended.then(
    ({ vm: after }) => ({ ...item, reached: shownState(after), problem: null }),
    (thrown) => failed(item, knownFailure(thrown)),
  );
};

const failed = (item: GcItem, failure: Failure): Collected => ({ ...item, reached: null, problem: failure.code });
