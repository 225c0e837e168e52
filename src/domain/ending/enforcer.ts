/**
 * What ends a VM at its expiry: the timer in its guest, a safe that is served, `gc` on a machine with the ledger (reaper), or a script on any
 * other machine (carrier).
 */
export type EnforcerKind = 'guest' | 'safe' | 'reaper' | 'carrier';

/**
 * What the ledger keeps of a VM's end: its enforcers, and where another account pays, whether that account's grant stands (`failed`: it is gone,
 * and with it all that these enforcers can do).
 */
export type EndingKind = EnforcerKind | 'grant';

export interface EnforcerRecord {
  network: string;
  /** A VM's item hash; for safe and reaper, the account whose VMs they end. */
  subject: string;
  kind: EndingKind;
  /** `wanted`: to be armed as soon as the VM is up. `failed`: arming failed, and `problem` says why. */
  state: 'wanted' | 'armed' | 'failed';
  /** The expiry that the enforcer was armed with, ms; null where it is not armed, and for the reaper. */
  expiresAt: number | null;
  /** When the enforcer ends the VM at the latest, ms, even if a later expiry is published or none can be read. */
  limitAt: number | null;
  /** SHA-256 of the script that was installed or exported. */
  digest: string | null;
  /** Why arming failed, in fixed words of ours. */
  problem: string | null;
  /** When the enforcer was last seen in place, ms. */
  verifiedAt: number | null;
}

/** An enforcer counts as verified for this long after it was last seen in place. */
export const verifiedWithinMs = 3_600_000;

/** A safe looks each minute: one that has not for three is not served, or is stuck. */
const safeWithinMs = 180_000;

export const isVerified = ({ kind, state, verifiedAt }: EnforcerRecord, now: number): boolean =>
  state === 'armed' && verifiedAt !== null && now - verifiedAt <= (kind === 'safe' ? safeWithinMs : verifiedWithinMs);

/** A VM with a lifetime up to this gets a guest timer unless the caller says otherwise. */
export const guestTimerUpToSeconds = 24 * 3600;

const slackMs = 24 * 3600_000;

/**
 * The latest expiry that an enforcer follows, ms: a day beyond the longest lifetime that the policy allowed when it was armed. So no
 * extension of ours is cut short, and a CCN host that lies about the journal cannot keep the VM alive for ever.
 */
export const limitOf = (vm: { signedAt: number; expiresAt: number }, maxTtlSeconds: number): number =>
  Math.max(vm.expiresAt, vm.signedAt + maxTtlSeconds * 1000) + slackMs;
