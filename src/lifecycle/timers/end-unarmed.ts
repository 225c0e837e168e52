import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { guestRow } from './arm-guest.ts';

/** What the trail says of a stopped VM that was found running. */
export const startedAgain = 'started again';

/** When the VM came up last, ms: at its creation, by `vm start`, or by the scheduler. */
const upSince = (ledger: Pick<LedgerReader, 'effects'>, vm: VmRecord): number =>
  Math.max(
    vm.healthyAt ?? vm.signedAt,
    ...ledger.effects({ vm: vm.id, point: 'operate.moved' }).flatMap(({ outcome, at }) => (outcome === 'healthy' ? [at] : [])),
    ...ledger.effects({ vm: vm.id, point: 'health.recorded' }).flatMap(({ outcome, at }) => (outcome === startedAgain ? [at] : [])),
  );

/**
 * Returns when a VM whose timer could not be armed has to end, ms, where the policy wants every VM to have one. null where it is armed, is
 * to have none, the policy lets it live, or its expiry comes first.
 */
export const endsUnarmedAt = async (context: ChangeContext, vm: VmRecord): Promise<number | null> => {
  const ledger = await context.ledger();
  if (vm.state !== 'healthy' || guestRow(ledger, vm)?.state !== 'failed') return null;
  const { endUnarmedSeconds } = (await readPolicy(context, vm.account)).limits;
  if (endUnarmedSeconds === 0) return null;
  const endsAt = upSince(ledger, vm) + endUnarmedSeconds * 1000;
  return endsAt < vm.expiresAt ? endsAt : null;
};
