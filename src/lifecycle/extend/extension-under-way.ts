import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

interface UnderWay {
  /** The operation's id. */
  id: string;
  /** The new expiry, ms. */
  to: number;
}

/** Finds the VM's running extension: another process is working on it, or died at it. */
export const extensionUnderWay = (ledger: Pick<LedgerReader, 'operations'>, vm: VmRecord): UnderWay | null => {
  const running = ledger.operations({ account: vm.account, network: vm.network, kind: 'extend', state: 'running' });
  const found = running.map((operation) => ({ id: operation.id, ...extensionOf(operation).subject })).find((one) => one.vm === vm.id);
  return found === undefined ? null : { id: found.id, to: found.to.expiresAt };
};

export const isUnderWay = (vm: VmRecord, { id, to }: UnderWay): Failure =>
  new Failure('VM_BUSY', `An extension of VM ${vm.name} to ${formatInstant(to)} is on its way.`, {
    facts: { id: shortId(vm.id), operation: id },
  });
