import { Failure } from '../../domain/failure/failure.ts';
import { adoptionOf } from '../../domain/plan/operation-plan.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { closeOperation } from '../operation/end-operation.ts';
import { withLease } from '../trail/lease.ts';

/** Closes adoptions whose process died. Reconcile has taken in by now what was published, so a row in the ledger tells which succeeded. */
export const closeAdoptions = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const operation of ledger.operations({ account, network: context.network, kind: 'adopt', state: 'running' })) {
    const { vm } = adoptionOf(operation).subject;
    const close = (): Promise<void> => closeOperation(context, operation.id, ledger.vm(vm) === null ? 'INTERRUPTED' : null);
    await withLease(context, vm, 0, close).catch((problem) => {
      if (!(problem instanceof Failure) || problem.code !== 'VM_BUSY') throw problem;
    });
  }
};
