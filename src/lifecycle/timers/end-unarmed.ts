import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { guestRow } from './arm-guest.ts';

/**
 * Where policy asks for a timer in each VM: when the VM without one is to be ended, ms. null: it has one, is to have none, or may live on.
 */
export const endsUnarmedAt = async (context: ChangeContext, vm: VmRecord): Promise<number | null> => {
  const ledger = await context.ledger();
  if (vm.state !== 'healthy' || guestRow(ledger, vm)?.state !== 'failed') return null;
  const { endUnarmedSeconds } = (await readPolicy(context, vm.account)).limits;
  if (endUnarmedSeconds === 0) return null;
  const endsAt = (vm.healthyAt ?? vm.signedAt) + endUnarmedSeconds * 1000;
  return endsAt < vm.expiresAt ? endsAt : null;
};
