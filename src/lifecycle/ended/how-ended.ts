import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { Ended, EndedBy } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { HostEnd } from '../../ports/network/messages.ts';

/**
 * Returns who ended a VM that two hosts have proven gone, and when; null where a FORGET that this ledger sent did. The time counts only
 * where two hosts give one, and then it is the later: a bill is never cut short on one host's word.
 */
export const howEnded = async (context: Pick<ReadContext, 'cloud' | 'ledger'>, vm: VmRecord): Promise<Ended | null> => {
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const ends = (await cloud.messages.endsOf(vm.id)).filter(({ ended }) => ended !== null);
  const by = enderOf(ledger, vm, ends);
  const times = ends.flatMap(({ at }) => (at === null ? [] : [at])).sort((a, b) => b - a);
  return by === null ? null : { by, at: times.length < 2 ? null : times[0]! };
};

const enderOf = (ledger: LedgerReader, vm: VmRecord, ends: readonly HostEnd[]): EndedBy | null => {
  if (ends.length > 0 && ends.every(({ ended }) => ended === 'removed')) return 'network';
  const sent = new Set(
    ledger.effects({ vm: vm.id, point: 'destroy.published' }).map((effect) => factsOf('destroy.published', effect).forget),
  );
  if (ends.some(({ forget }) => forget !== null && sent.has(forget))) return null;
  const signed = new Set(ledger.signedFor(vm.id).map(({ id }) => id));
  if (!ends.some(({ forget }) => forget !== null && signed.has(forget))) return 'elsewhere';
  const kinds = ledger
    .enforcers({ network: vm.network, subject: vm.id })
    .filter(({ digest }) => digest !== null)
    .map(({ kind }) => kind);
  if (kinds.includes('guest')) return kinds.includes('carrier') ? 'timer' : 'guest';
  return kinds.includes('carrier') ? 'carrier' : 'elsewhere';
};
