import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { vmCalled } from '../caller/vm-called.ts';

const carried: readonly VmRecord['state'][] = ['requested', 'provisioning', 'healthy', 'unreachable', 'stopped'];

export const requireToEnd = (vm: VmRecord): VmRecord => {
  if (carried.includes(vm.state)) return vm;
  throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}: there is nothing left to end.`, {
    facts: { id: shortId(vm.id), state: vm.state },
  });
};

/** Returns the VM with this name or id, which another machine's script is to end. `VM_NOT_READY` where nothing is left to end. */
export const carriedVm = async (context: Pick<ReadContext, 'ledger' | 'network' | 'caller'>, reference: string): Promise<VmRecord> =>
  requireToEnd(vmCalled(await context.ledger(), context, reference));
