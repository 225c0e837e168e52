import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { creationOf } from '../../domain/plan/operation-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** How a setup script ended. `output`: null where an earlier call ran it, because the ledger keeps no output. */
export interface SetupOutcome {
  exitCode: number;
  output: string | null;
  truncated: boolean;
}

/** Returns the digest of the setup script that the VM was made with; null for none. */
export const plannedSetup = (ledger: Pick<LedgerReader, 'operation'>, vm: Pick<VmRecord, 'operation'>): string | null => {
  const operation = ledger.operation(vm.operation);
  return operation?.kind === 'create' ? (creationOf(operation).setup ?? null) : null;
};

/** Returns how the VM's setup script ended, as the trail has it; null where no end is on record, or the disk was made anew since then. */
export const endedSetup = (ledger: Pick<LedgerReader, 'effects'>, vm: Pick<VmRecord, 'id'>, digest: string): SetupOutcome | null => {
  const anew = ledger.effects({ vm: vm.id, point: 'operate.begin' }).find(({ outcome }) => outcome === 'reinstall')?.seq ?? 0;
  const ends = ledger.effects({ vm: vm.id, point: 'setup.ended' }).filter(({ seq }) => seq > anew);
  const found = ends.map((effect) => factsOf('setup.ended', effect)).find((facts) => facts.digest === digest);
  return found === undefined ? null : { exitCode: found.exit, output: null, truncated: false };
};

/** Warns where the VM was made with a setup script whose end is not on record. */
export const warnOfSetup = (
  context: Pick<ReadContext, 'warn'>,
  ledger: Pick<LedgerReader, 'operation' | 'effects'>,
  vm: Pick<VmRecord, 'id' | 'name' | 'operation'>,
): void => {
  const digest = plannedSetup(ledger, vm);
  if (digest === null || endedSetup(ledger, vm, digest) !== null) return;
  context.warn('SETUP_NOT_RUN', `No end of the setup script of VM ${vm.name} is on record: vm wait --setup FILE runs it.`);
};
