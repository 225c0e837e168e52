import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, fixedUsd, usdPerHour } from '../../domain/money/money.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Of how many VMs a person is told more than the name. */
const most = 6;

/** What a person wants to have seen before these VMs go, a sentence each: their age, their node and their cost, as of `now`. */
export const destroyNotes = (ledger: Pick<LedgerReader, 'vm'>, ids: readonly string[], now: number): string[] =>
  ids.slice(0, most).flatMap((id) => {
    const vm = ledger.vm(id);
    if (vm === null) return [];
    const seconds = Math.max(0, Math.floor((Math.min(now, vm.expiresAt) - vm.signedAt) / 1000));
    const age = seconds < 60 ? 'less than a minute' : formatDuration(seconds - (seconds % 60));
    const rate = new Exact(vm.rate);
    const cost = fixedUsd(creditsOver(rate, seconds), 4);
    return [`${vm.name} is ${age} old, on node ${shortId(vm.node.hash)}, and has cost at most ${cost} USD (${usdPerHour(rate)} USD/h).`];
  });
