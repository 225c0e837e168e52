import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Warns of every VM that is past its expiry and still in the burn: it bills on. */
export const warnExpired = (context: Pick<ReadContext, 'clock' | 'warn'>, vms: readonly VmRecord[]): void => {
  const now = context.clock.now();
  for (const vm of vms.filter(({ state, expiresAt }) => liveStates.includes(state) && expiresAt <= now)) {
    context.warn('EXPIRED', `VM ${vm.name} expired at ${formatInstant(vm.expiresAt)} and bills on: ${commandLine('vm destroy', vm.name)}`);
  }
};
