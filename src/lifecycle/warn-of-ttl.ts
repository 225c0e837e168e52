import type { VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import type { LedgerReader } from '../ports/ledger.ts';
import { enforcementOf } from './enforced-by.ts';

const named = {
  guest: 'its own timer',
  reaper: 'gc on this machine',
  carrier: 'the machine that carries its script',
} as const;

/** Says aloud when nothing, or one thing only, ends a VM at its expiry while nobody runs. */
export const warnOfTtl = (context: Pick<ReadContext, 'warn' | 'clock'>, ledger: Pick<LedgerReader, 'enforcers'>, vm: VmRecord): void => {
  const { by, guest } = enforcementOf(ledger, vm, context.clock.now());
  if (by.length === 0) {
    const why = guest?.problem == null ? '' : ` (no timer in it: ${guest.problem})`;
    context.warn('TTL_NOT_ENFORCED', `Nothing ends ${vm.name} by itself${why}: run "aleph-agent gc --execute" at its expiry.`);
  } else if (by.length === 1) {
    context.warn('ONE_ENFORCER', `Only ${named[by[0]!]} ends ${vm.name}; "aleph-agent gc install" adds another.`);
  }
};
