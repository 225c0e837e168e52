import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

/**
 * Warns of every VM that is past its expiry and still in the burn: it bills on. A VM in `ended` is gone from the network, so only its row
 * is behind.
 */
export const warnExpired = (
  context: Pick<ReadContext, 'clock' | 'warn'>,
  vms: readonly VmRecord[],
  ended: ReadonlySet<string> = new Set(),
): void => {
  const now = context.clock.now();
  for (const vm of vms.filter(({ state, expiresAt }) => liveStates.includes(state) && expiresAt <= now)) {
    if (ended.has(vm.id)) {
      context.warn('ENDED', `VM ${vm.name} has ended on the network; "${commandLine('gc', { execute: true })}" settles what it cost.`);
      continue;
    }
    context.warn('EXPIRED', `VM ${vm.name} expired at ${formatInstant(vm.expiresAt)} and bills on: ${commandLine('vm destroy', vm.name)}`);
  }
};
