/** What ends a VM at its expiry: the timer in the guest itself, `gc` on a machine with the ledger, or a script carried by any other machine. */
export type EnforcerKind = 'guest' | 'reaper' | 'carrier';

export interface EnforcerRecord {
  network: string;
  /** A VM's item hash; for the reaper the account whose VMs it ends. */
  subject: string;
  kind: EnforcerKind;
  /** `wanted`: to be armed as soon as the VM is up. `failed`: it could not be, and `problem` says why. */
  state: 'wanted' | 'armed' | 'failed';
  /** The expiry that it was armed with, ms; null where it was not, and for the reaper. */
  expiresAt: number | null;
  /** It ends the VM by then, whatever is published or cannot be read, ms. */
  limitAt: number | null;
  /** SHA-256 of the script that was installed or exported. */
  digest: string | null;
  /** Fixed words of ours. */
  problem: string | null;
  /** When it was last seen in place, ms. */
  verifiedAt: number | null;
}

/** An enforcer counts while it was seen in place within this. */
export const verifiedWithinMs = 3_600_000;

export const isVerified = ({ state, verifiedAt }: EnforcerRecord, now: number): boolean =>
  state === 'armed' && verifiedAt !== null && now - verifiedAt <= verifiedWithinMs;

/** A guest timer is put in where nobody said otherwise up to this lifetime. */
export const guestTimerUpToSeconds = 24 * 3600;

const slackMs = 24 * 3600_000;

/**
 * Until when a later published expiry is followed: a day beyond the longest life that policy allowed at arming, so that no extension
 * of ours is cut short, and nobody who lies about the journal keeps the VM for ever.
 */
export const limitOf = (vm: { signedAt: number; expiresAt: number }, maxTtlSeconds: number): number =>
  Math.max(vm.expiresAt, vm.signedAt + maxTtlSeconds * 1000) + slackMs;
