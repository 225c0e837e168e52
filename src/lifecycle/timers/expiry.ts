import { limitOf } from '../../domain/ending/enforcer.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { type JournalCopy, journalReadable, putOffUntil } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { readPolicy } from '../policy/policy-in-force.ts';

/** The longest lifetime that the policy allows, s; the default's where the policy cannot be read, for VMs end all the same. */
export const longestTtl = async (context: Parameters<typeof readPolicy>[0], account: string): Promise<number> => {
  const policy = await readPolicy(context, account).catch(passableFailure);
  return (policy instanceof Failure ? defaultLimits : policy.limits).maxTtlSeconds;
};

/**
 * When the VM ends (ms): the later of its row's and the public journal's expiry. What one host alone has published puts the end off to the
 * time at which the VM's own timer ends it, and no further: a host that lies keeps no VM alive.
 */
const endsAt = (vm: Expiring, journals: readonly JournalCopy[], maxTtlSeconds: number): number => {
  const putOff = putOffUntil(journals, vm.id);
  if (putOff === null) return vm.expiresAt;
  return Math.max(vm.expiresAt, putOff.agreed ? putOff.until : Math.min(putOff.until, limitOf(vm, maxTtlSeconds)));
};

type Expiring = Pick<VmRecord, 'id' | 'name' | 'signedAt' | 'expiresAt'>;

/** Tells whether the VM has expired. Always false when the journal cannot be read. */
export const isDue = (vm: Expiring, journals: readonly JournalCopy[], now: number, maxTtlSeconds: number): boolean =>
  journalReadable(journals) && now >= endsAt(vm, journals, maxTtlSeconds);

/** Tells of a VM past its recorded expiry whose end one CCN host alone puts off; null for every other. */
export const contestedEnd = (vm: Expiring, journals: readonly JournalCopy[], now: number, maxTtlSeconds: number): string | null => {
  const putOff = putOffUntil(journals, vm.id);
  if (putOff === null || putOff.agreed || now < vm.expiresAt || !journalReadable(journals)) return null;
  const end = endsAt(vm, journals, maxTtlSeconds);
  if (now >= end) return null;
  return `VM ${vm.name}: its recorded expiry has passed, and one CCN host alone says that it lives until ${formatInstant(putOff.until)}. It is ended at ${formatInstant(end)} unless another host agrees.`;
};
