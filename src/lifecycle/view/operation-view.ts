import { Failure } from '../../domain/failure/failure.ts';
import type { EffectRecord, OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';

type Head = Pick<OperationRecord, 'id' | 'state' | 'failure' | 'requestId' | 'approval' | 'task' | 'startedAt' | 'endedAt'> & {
  kind: string;
};

export interface OperationView {
  operation: Head;
  vms: VmRecord[];
  /** Oldest first. */
  effects: EffectRecord[];
  messages: SignedMessage[];
}

/** Returns an operation as the ledger has it, with its VMs, effects and messages. `OPERATION_NOT_FOUND`. */
export const operationView = (ledger: LedgerReader, id: string): OperationView => {
  const vms = ledger.vms({ operation: id });
  const effects = ledger.effects({ operation: id }).reverse();
  const operation = ledger.operation(id) ?? adoption(id, vms[0], effects[0]);
  return { operation, vms, effects, messages: vms.flatMap((vm) => ledger.signedFor(vm.id)) };
};

/** Makes the head of an adoption by reconcile, which gives its VM an operation id without storing an operation. */
const adoption = (id: string, vm: VmRecord | undefined, first: EffectRecord | undefined): Head => {
  if (vm === undefined) throw new Failure('OPERATION_NOT_FOUND', `There is no operation ${id} in the ledger.`);
  const startedAt = first?.at ?? vm.signedAt;
  const { task } = vm;
  return { id, kind: 'adopt', state: 'succeeded', failure: null, requestId: null, approval: null, task, startedAt, endedAt: startedAt };
};
