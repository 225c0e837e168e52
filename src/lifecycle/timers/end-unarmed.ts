import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { guestRow } from './arm-guest.ts';

/**
 * Returns when a VM whose timer could not be armed has to end, ms, where the policy wants every VM to have one. null where it is armed, is
 * to have none, the policy lets it live, or its expiry comes first.
 */
export const endsUnarmedAt = async (context: ChangeContext, vm: VmRecord): Promise<number | null> => {
  const ledger = await context.ledger();
  if (vm.state !== 'healthy' || guestRow(ledger, vm)?.state !== 'failed') return null;
  const { endUnarmedSeconds } = (await readPolicy(context, vm.account)).limits;
  if (endUnarmedSeconds === 0) return null;
  const endsAt = (vm.healthyAt ?? vm.signedAt) + endUnarmedSeconds * 1000;
  return endsAt < vm.expiresAt ? endsAt : null;
};
