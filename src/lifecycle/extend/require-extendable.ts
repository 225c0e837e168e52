import { Failure } from '../../domain/failure/failure.ts';
import { shownState } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';

/**
 * Throws `VM_NOT_READY` unless the VM is at rest (up or stopped) and has time left. An expired VM may be ended by any process at any
 * moment, so it is not extended.
 */
export const requireExtendable = (vm: VmRecord, now: number): void => {
  const state = shownState(vm);
  const facts = { id: shortId(vm.id), name: vm.name, state };
  if (vm.state !== 'healthy' && vm.state !== 'unreachable' && vm.state !== 'stopped') {
    throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${state}; only a VM that is up or stopped can be extended.`, { facts });
  }
  if (now >= vm.expiresAt) {
    throw new Failure('VM_NOT_READY', `VM ${vm.name} expired at ${formatInstant(vm.expiresAt)} and is due to be ended.`, { facts });
  }
};
