import { Failure } from '../../domain/failure/failure.ts';
import type { SshEndpoint, VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ReachAtSafe, SafeReach } from '../../ports/safe-reach.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import { confirmHostKey } from './confirm-host-key.ts';

/** What SSH needs to know of a VM. */
export type ReachableVm = Pick<VmRecord, 'id' | 'name' | 'account'> & { endpoint: SshEndpoint };

/**
 * Returns the VM that a reference names, with its SSH address, after weighing its host key. `VM_NOT_READY` unless the VM came up once and
 * is neither stopped nor on its way out. Where this home has joined a safe, that one knows the VM.
 */
export const reachableVm = async (context: ChangeContext, reference: string): Promise<ReachableVm> => {
  if (context.safe !== null) return reachedAtSafe(context, context.safe, reference);
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, reference);
  const { endpoint } = vm;
  if (endpoint === null || !isUp(vm)) throw notUp(vm);
  warnExpired(context, [vm]);
  await confirmHostKey(context, vm);
  return { ...vm, endpoint };
};

const isUp = ({ state }: Pick<VmRecord, 'state'>): boolean => state === 'healthy' || state === 'unreachable';

const notUp = ({ id, name, state }: Pick<VmRecord, 'id' | 'name' | 'state'>): Failure => {
  const waits = state === 'requested' || state === 'provisioning';
  return new Failure('VM_NOT_READY', `VM ${name} is ${state}; SSH reaches healthy VMs.`, {
    fix: waits ? agent('Wait until it is healthy.', 'vm wait', name) : agent('See which VMs are healthy.', 'vm ls'),
    facts: { id: shortId(id), state },
  });
};

/**
 * A VM as the safe of this home tells how to reach it. `VM_NOT_READY`. The safe's pins count here: what it has seen, from the console or at
 * first contact, no other machine may show.
 */
export const reachedAtSafe = async (
  context: ChangeContext,
  safe: SafeReach,
  reference: string,
): Promise<ReachableVm & Pick<ReachAtSafe, 'hostKeys'>> => {
  const vm = await safe.reach(reference);
  const { endpoint } = vm;
  if (endpoint === null || !isUp(vm)) throw notUp(vm);
  await context.shell.confirmHostKeys(vm.id, { keys: vm.hostKeys, fingerprints: [] });
  return { ...vm, endpoint };
};
