import type { EffectPoint } from '../domain/ledger/effect-points.ts';
import type { RootPolicy } from '../domain/limits/root-policy.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { CommandDirectory } from './command-directory.ts';
import type { Host } from './host/host.ts';
import type { KeyDirectory, Keys } from './keys/keys.ts';
import type { Secrets } from './keys/secrets.ts';
import type { Signatures } from './keys/signatures.ts';
import type { Ledger, LedgerReader } from './ledger.ts';
import type { Cloud, CloudReader } from './network/cloud.ts';
import type { Preferences } from './preferences.ts';
import type { Progress } from './progress.ts';
import type { Random } from './random.ts';
import type { Settings } from './settings.ts';
import type { Shell } from './shell.ts';

/** Who runs this call, for the ledger: self-declared, so it stops mistakes, not malice. */
export interface Caller {
  task: string | null;
  /** Begins names that are made up. */
  namePrefix: string | null;
  /** A person is at the terminal and may be asked. */
  person: boolean;
  /** Why, for whoever approves: the caller's own words. */
  purpose: string | null;
}

/** What a query may use: no keys that sign, no ledger to write. */
export interface ReadContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly cache: Cache;
  readonly network: string;
  readonly caller: Caller;
  readonly settings: Settings;
  readonly preferences: Preferences;
  readonly progress: Progress;
  readonly shell: Shell;
  readonly host: Host;
  readonly commands: CommandDirectory;
  readonly signal: AbortSignal;
  /** Ms that this call may wait (`--timeout`). */
  readonly timeoutMs: number;
  readonly keys: KeyDirectory;
  readonly signatures: Signatures;
  /** The machine's own policy; null where there is none. `CONFIG_INVALID` where it cannot be relied on. */
  rootPolicy(): RootPolicy | null;
  cloud(): Promise<CloudReader>;
  ledger(): Promise<LedgerReader>;
  warn(code: string, message: string): void;
}

export interface ChangeContext extends Omit<ReadContext, 'keys' | 'cloud' | 'ledger'> {
  readonly keys: Keys;
  readonly secrets: Secrets;
  cloud(): Promise<Cloud>;
  ledger(): Promise<Ledger>;
  /** Names a call that changes something outside, so that the crash sweep can die just before and just after it. */
  effect<Result>(point: EffectPoint, call: () => Promise<Result>): Promise<Result>;
}
