import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { enforcementOf } from './enforced-by.ts';

const named = {
  guest: 'its own timer',
  safe: 'the safe',
  reaper: 'gc on this machine',
  carrier: 'the machine that carries its script',
} as const;

/** Warns when the script on another machine ends the VM before its new expiry: that script's hard limit was fixed when it was exported. */
export const warnOfLimit = (context: Pick<ReadContext, 'warn'>, ledger: Pick<LedgerReader, 'enforcers'>, vm: VmRecord): void => {
  const [carrier] = ledger.enforcers({ network: vm.network, subject: vm.id, kind: 'carrier' });
  if (carrier?.limitAt == null || carrier.limitAt >= vm.expiresAt) return;
  context.warn(
    'LIMIT_BEFORE_EXPIRY',
    `The machine that carries the script of ${vm.name} ends it at ${formatInstant(carrier.limitAt)}, before it expires: export it again with "${commandLine('gc carrier export', vm.name, { out: 'FILE' })}", and put that in its place.`,
  );
};

/** Says who ends a VM of a payer that has taken its grant back. */
export const revokedWords = ({ name, payer, account }: Pick<VmRecord, 'name' | 'payer' | 'account'>): string =>
  `${payer} has taken its grant back: VM ${name} costs it on, no timer of this tool ends the VM, and only its owner can: "${commandLine('authz revoke', account, { destroyVms: true })}" there.`;

/** Warns when no enforcer, or only one, ends the VM at its expiry while no command runs. */
export const warnOfTtl = (
  context: Pick<ReadContext, 'warn' | 'clock' | 'caller'>,
  ledger: Pick<LedgerReader, 'enforcers'>,
  vm: VmRecord,
): void => {
  const { by, guest, revoked } = enforcementOf(ledger, vm, context.clock.now());
  if (revoked) {
    context.warn('GRANT_REVOKED', revokedWords(vm));
  } else if (by.length === 0) {
    const why = guest?.problem == null ? '' : ` (no timer in it: ${guest.problem})`;
    // an agent of a safe ends its own VMs, and sets nothing up where the safe is
    const mend = context.caller.agent === null ? commandLine('gc', { execute: true }) : commandLine('vm destroy', vm.name);
    context.warn('TTL_NOT_ENFORCED', `Nothing ends ${vm.name} by itself${why}: run "${mend}" at its expiry.`);
  } else if (by.length === 1 && context.caller.agent === null) {
    context.warn('ONE_ENFORCER', `Only ${named[by[0]!]} ends ${vm.name}; "${commandLine('gc install')}" adds another.`);
  }
};
