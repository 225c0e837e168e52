import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { destroy } from '../end/destroy.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { endOperation } from '../operation/end-operation.ts';
import { currentAttempt, driveCreate } from './drive-create.ts';

/**
 * Goes on with a VM's unfinished create or teardown. A VM at rest is returned as it is; one that its create gave up leads to the newest
 * attempt of that create, whoever made it. A create that has failed fails again as it did. Every failure names the VM.
 */
export const resume = async (context: ChangeContext, vm: VmRecord): Promise<VmRecord> => {
  try {
    return await goOn(context, vm);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const facts = { id: shortId(vm.id), name: vm.name, ...thrown.details.facts };
    throw new Failure(thrown.code, thrown.message, { ...thrown.details, facts });
  }
};

const goOn = async (context: ChangeContext, called: VmRecord): Promise<VmRecord> => {
  const ledger = await context.ledger();
  const operation = ledger.operation(called.operation);
  if (operation?.state === 'running' && !isWished(called)) return driveCreate(context, operation, deadlineOf(context));
  const vm = called.state === 'terminated' ? (currentAttempt(ledger.vms({ operation: called.operation })) ?? called) : called;
  if (vm.state === 'stopping') return (await destroy(context, vm.id, vm.ending === 'expired' ? 'expired' : 'destroy')).vm;
  const failed = operation?.kind === 'create' && operation.state === 'failed' && !isWished(vm);
  return failed ? endOperation(context, operation, vm) : vm;
};

/** Was the VM ended as somebody wished, and not because its create failed? */
const isWished = ({ ending }: VmRecord): boolean => ending === 'destroy' || ending === 'expired';
