import { silentMs } from '../../domain/ledger/health.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A VM that has been silent for this long is more than a hiccup (product.md §2). */
const alertAfterMs = 10 * 60_000;

/** Returns an alert for each of these VMs that has been unreachable for ten minutes, from the ledger alone. */
export const healthAlerts = (
  ledger: Pick<LedgerReader, 'health'>,
  vms: readonly VmRecord[],
  now: number,
): { code: 'VM_UNREACHABLE'; vm: VmRecord; message: string }[] =>
  vms
    .filter(({ state }) => state === 'unreachable')
    .flatMap((vm) => {
      const silent = silentMs(ledger.health(vm.id)[0] ?? null, now);
      if (silent < alertAfterMs) return [];
      const words = `VM ${vm.name} has not answered SSH for ${formatDuration(Math.floor(silent / 60_000) * 60)} and bills on at ${usdPerHour(new Exact(vm.rate))} USD/h`;
      return [{ code: 'VM_UNREACHABLE' as const, vm, message: `${words}: ${commandLine('vm show', vm.name)}` }];
    });
