import { asEnded, type Ended, enders, upStates } from '../../domain/ledger/ended.ts';
import type { VmCost, VmRecord } from '../../domain/ledger/vm-record.ts';
import { isInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import { howEnded } from './how-ended.ts';
import { provenGone } from './proof-of-termination.ts';

type Looking = Pick<ReadContext, 'cloud' | 'ledger' | 'cache' | 'clock'>;

/** The ends that were seen, by VM. */
export type Ends = ReadonlyMap<string, Ended>;

const keepMs = 30 * 24 * 3600_000;
const keyOf = ({ network, id }: VmRecord): string => `ended:${network}:${id}`;

/**
 * Asks the network about each of these VMs that should be up and that no host lists any more (`listed`), and returns those that two hosts
 * say are gone. A view may not write the ledger, so it keeps the end for views without the network; `gc` and `vm destroy` put it on record.
 */
export const seeEnded = async (context: Looking, vms: readonly VmRecord[], listed: ReadonlySet<string>): Promise<Ends> => {
  const missing = vms.filter(({ id, state }) => upStates.includes(state) && !listed.has(id));
  const ends = await Promise.all(missing.map((vm) => endOf(context, vm)));
  return new Map(missing.flatMap((vm, index) => (ends[index] == null ? [] : [[vm.id, ends[index]]])));
};

const endOf = async (context: Looking, vm: VmRecord): Promise<Ended | null> => {
  const cloud = await context.cloud();
  const [statuses, placement] = await Promise.all([cloud.messages.statusSoon(vm.id), cloud.nodes.placement(vm.id)]);
  // With a silence of 0 one host's word is no proof, whatever the scheduler says.
  if (!provenGone(statuses, placement, () => 0)) return null;
  const end = (await howEnded(context, vm)) ?? null;
  if (end !== null) context.cache.write(keyOf(vm), end);
  return end;
};

/** Returns the ends of these VMs that an earlier call saw and that no command has put on record. */
export const endsSeen = ({ cache }: Pick<ReadContext, 'cache'>, vms: readonly VmRecord[]): Ends =>
  new Map(
    vms.flatMap((vm) => {
      const end = upStates.includes(vm.state) ? readEnd(cache.read(keyOf(vm), keepMs)?.value) : null;
      return end === null ? [] : [[vm.id, end]];
    }),
  );

const readEnd = (kept: unknown): Ended | null => {
  if (typeof kept !== 'object' || kept === null) return null;
  const { by, at } = kept as Partial<Record<keyof Ended, unknown>>;
  const known = enders.find((one) => one === by);
  return known === undefined ? null : { by: known, at: isInstant(at) ? at : null };
};

/** The rows as they will be once these ends are on record. */
export const withEnds = <Row extends VmCost>(vms: readonly Row[], ends: Ends, now: number): Row[] =>
  vms.map((vm) => asEnded(vm, ends.get(vm.id), now));
