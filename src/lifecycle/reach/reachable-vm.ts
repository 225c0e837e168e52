import { Failure } from '../../domain/failure/failure.ts';
import type { SshEndpoint, VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import { confirmHostKey } from './confirm-host-key.ts';

/**
 * Returns the VM that a reference names, with its SSH address, after weighing its host key. `VM_NOT_READY` unless the VM came up once and
 * is neither stopped nor on its way out.
 */
export const reachableVm = async (context: ChangeContext, reference: string): Promise<VmRecord & { endpoint: SshEndpoint }> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, reference);
  const { endpoint } = vm;
  if (endpoint === null || (vm.state !== 'healthy' && vm.state !== 'unreachable')) {
    const waits = vm.state === 'requested' || vm.state === 'provisioning';
    throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}; SSH reaches healthy VMs.`, {
      fix: waits ? agent('Wait until it is healthy.', 'vm wait', vm.name) : agent('See which VMs are healthy.', 'vm ls'),
      facts: { id: shortId(vm.id), state: vm.state },
    });
  }
  warnExpired(context, [vm]);
  await confirmHostKey(context, vm);
  return { ...vm, endpoint };
};
