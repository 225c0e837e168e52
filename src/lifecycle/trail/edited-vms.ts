import { birthIn } from '../../domain/ledger/birth.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { partiesOf } from '../../domain/ledger/signed-text.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A VM whose row says something that its signed message, the audit trail or the network contradicts. */
export interface EditedVm {
  id: string;
  name: string;
  says: string;
}

/** Whole milliseconds are signed. */
const slackMs = 1;

/** Returns the VMs whose rows contradict their signed INSTANCE or the audit trail: nothing of ours writes such rows. */
export const editedVms = (ledger: Pick<LedgerReader, 'vms' | 'signed'>, effects: readonly EffectRecord[]): EditedVm[] => {
  const ended = new Set(effects.filter(({ point }) => point === 'destroy.terminated').map(({ vm }) => vm));
  const heldFor = new Map(effects.filter(({ point }) => holds.includes(point)).map(({ vm, agent }) => [vm, agent]));
  return ledger.vms().flatMap((vm) => {
    const troubles = [...troublesOf(ledger, vm, ended), ...otherAgent(vm, heldFor)];
    return troubles.map((says) => ({ id: vm.id, name: vm.name, says }));
  });
};

const holds: readonly string[] = ['create.hold', 'create.failover'];

const otherAgent = ({ id, agent }: VmRecord, heldFor: ReadonlyMap<string | null, string | null>): string[] => {
  const held = heldFor.get(id);
  if (held === undefined || held === agent) return [];
  const [row, trail] = [agent, held].map((name) => (name === null ? 'the owner' : `agent ${name}`));
  return [`its row is of ${row}, it was held for ${trail}`];
};

const troublesOf = (ledger: Pick<LedgerReader, 'signed'>, vm: VmRecord, ended: ReadonlySet<string | null>): string[] => {
  const troubles = vm.state === 'terminated' && !ended.has(vm.id) ? ['its row says terminated, and the audit trail knows of no end'] : [];
  const stored = ledger.signed(vm.id);
  const [birth, parties] = stored === null ? [null, null] : [birthIn(stored), partiesOf(stored)];
  if (birth !== null && Math.abs(birth.signedAt - vm.signedAt) > slackMs) {
    troubles.push(`its row says signed at ${formatInstant(vm.signedAt)}, it was at ${formatInstant(birth.signedAt)}`);
  }
  if (parties !== null && (parties.sender !== vm.account || parties.owner !== vm.payer)) {
    troubles.push(`its row is of ${vm.account}, it was signed by ${parties.sender} for ${parties.owner}`);
  }
  return troubles;
};
