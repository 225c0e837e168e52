import type { EffectPoint } from '../domain/ledger/effect-points.ts';
import type { RootPolicy } from '../domain/limits/root-policy.ts';
import type { Backups } from './backups.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { CommandDirectory } from './command-directory.ts';
import type { Evm } from './evm/evm.ts';
import type { Host } from './host/host.ts';
import type { KeyDirectory, Keys } from './keys/keys.ts';
import type { Secrets } from './keys/secrets.ts';
import type { Signatures } from './keys/signatures.ts';
import type { Ledger, LedgerReader } from './ledger.ts';
import type { Cloud, CloudReader } from './network/cloud.ts';
import type { Preferences } from './preferences.ts';
import type { Progress } from './progress.ts';
import type { Random } from './random.ts';
import type { SafeReach } from './safe-reach.ts';
import type { Settings } from './settings.ts';
import type { Shell } from './shell.ts';

/** The caller, for the ledger. Callers declare themselves, so this stops mistakes, not malice. */
export interface Caller {
  /** The agent that calls, as its token proves; null: the owner, or somebody on the owner's side. */
  agent: string | null;
  /** The agent's own SSH key, type and base64, beside the safe's in each VM that it makes; null: none. */
  sshKey: string | null;
  task: string | null;
  /** The account that is to pay for what the caller makes, as named; null: the key's own. */
  payer: string | null;
  /** The prefix of names that aleph-agent makes up; null for none. */
  namePrefix: string | null;
  /** A person is at the terminal and may be asked. */
  person: boolean;
  /** Why the caller wants the change, in the caller's own words, for the approver. */
  purpose: string | null;
}

/** What a query may use: no keys that sign, and no ledger to write to. */
export interface ReadContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: Cache;
  readonly network: string;
  /** What tells one devnet from another; empty for a network that its name alone identifies, null where no devnet answers to tell. */
  readonly networkId: string | null;
  readonly caller: Caller;
  readonly settings: Settings;
  readonly preferences: Preferences;
  readonly progress: Progress;
  readonly shell: Shell;
  /** The safe that this home has joined; null where key, policy and ledger are here. */
  readonly safe: SafeReach | null;
  readonly host: Host;
  readonly backups: Backups;
  readonly commands: CommandDirectory;
  readonly signal: AbortSignal;
  /** Ms of the wall clock that this call may wait (`--timeout`). */
  readonly timeoutMs: number;
  readonly keys: KeyDirectory;
  readonly signatures: Signatures;
  /** The machine's own policy; null where there is none. Throws `CONFIG_INVALID` where its file cannot be relied on. */
  rootPolicy(): RootPolicy | null;
  cloud(): Promise<CloudReader>;
  /** Where credits are bought. */
  evm(): Promise<Evm>;
  ledger(): Promise<LedgerReader>;
  warn(code: string, message: string): void;
}

export interface ChangeContext extends Omit<ReadContext, 'keys' | 'cloud' | 'ledger'> {
  readonly keys: Keys;
  readonly secrets: Secrets;
  cloud(): Promise<Cloud>;
  ledger(): Promise<Ledger>;
  /**
   * Makes a call that changes something outside this process. Its name lets the crash sweep kill the process just before and just after.
   */
  effect<Result>(point: EffectPoint, call: () => Promise<Result>): Promise<Result>;
}
