import type { Alert } from '../domain/alert.ts';
import { formatDuration } from '../domain/duration.ts';
import { Exact } from '../domain/exact.ts';
import { silentMs } from '../domain/health.ts';
import { formatInstant } from '../domain/instant.ts';
import { usdPerHour } from '../domain/money.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { LedgerReader } from '../ports/ledger.ts';

/** A VM that has not answered for so long is no hiccup (product.md §2). */
const alertAfterMs = 10 * 60_000;

/** Of these VMs those that have been unreachable for ten minutes, from the ledger alone. */
export const healthAlerts = (ledger: Pick<LedgerReader, 'health'>, vms: readonly VmRecord[], now: number): Alert[] =>
  vms
    .filter(({ state }) => state === 'unreachable')
    .flatMap((vm): Alert[] => {
      const newest = ledger.health(vm.id)[0] ?? null;
      const silent = silentMs(newest, now);
      if (newest === null || silent < alertAfterMs) return [];
      const id = vm.id.slice(0, 12);
      const burn = usdPerHour(new Exact(vm.rate));
      return [
        {
          code: 'VM_UNREACHABLE',
          vm: vm.id,
          message: `VM ${vm.name} has not answered SSH for ${formatDuration(Math.floor(silent / 60_000) * 60)} and bills on at ${burn} USD/h: aleph-agent vm show ${vm.name}`,
          facts: {
            id,
            name: vm.name,
            node: vm.node.hash.slice(0, 12),
            onNode: newest.onNode,
            since: formatInstant(newest.since),
            lastProbeAt: formatInstant(newest.until),
            probes: newest.probes,
            usdPerHour: burn,
            expiresAt: formatInstant(vm.expiresAt),
          },
        },
      ];
    });
