import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { destroy } from '../end/destroy.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { driveCreate } from './drive-create.ts';

/** Goes on with a VM's unfinished create or teardown. A VM at rest is returned as it is. */
export const resume = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const operation = ledger.operation(vm.operation);
  if (operation?.state === 'running' && vm.ending !== 'destroy' && vm.ending !== 'expired') {
    return driveCreate(context, operation, deadlineOf(context));
  }
  if (vm.state === 'stopping') return (await destroy(context, vm.id, vm.ending === 'expired' ? 'expired' : 'destroy')).vm;
  return vm;
};
