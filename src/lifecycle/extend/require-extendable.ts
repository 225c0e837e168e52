import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';

/** A VM at rest that has time left. One that has expired is due to be ended by whoever comes first. */
export const requireExtendable = (vm: VmRecord, now: number): void => {
  const facts = { id: shortId(vm.id), name: vm.name, state: vm.state };
  if (vm.state !== 'healthy' && vm.state !== 'unreachable' && vm.state !== 'stopped') {
    throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}; only one that is up or stopped is extended.`, { facts });
  }
  if (now >= vm.expiresAt) {
    throw new Failure('VM_NOT_READY', `VM ${vm.name} expired at ${formatInstant(vm.expiresAt)} and is due to be ended.`, { facts });
  }
};
