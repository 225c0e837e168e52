import { formatInstant } from '../domain/instant.ts';
import { liveStates, type VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';

/** Says of every VM that is past its expiry and still in the burn that it bills on. */
export const warnExpired = (context: Pick<ReadContext, 'clock' | 'warn'>, vms: readonly VmRecord[]): void => {
  const now = context.clock.now();
  for (const vm of vms.filter(({ state, expiresAt }) => liveStates.includes(state) && expiresAt <= now)) {
    context.warn('EXPIRED', `VM ${vm.name} expired at ${formatInstant(vm.expiresAt)} and bills on: aleph-agent vm destroy ${vm.name}`);
  }
};
