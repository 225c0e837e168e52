import type { AnyCommand } from '../../contract/declare/command.ts';
import type { AgentCaller } from '../../contract/declare/door.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { isName } from '../../domain/text/names.ts';
import type { Preferences } from '../../ports/preferences.ts';
import type { Progress } from '../../ports/progress.ts';
import type { SafeReach } from '../../ports/safe-reach.ts';
import type { GlobalValues } from './parse/globals.ts';
import { preferred } from './preferences-of.ts';

/** How this call is to be made; main builds the context from these options. */
export interface CallOptions {
  /** From `--network`; null where it was not given. */
  network: string | null;
  account: string | null;
  task: string | null;
  /** The account that is to pay; null: the key's own. */
  payer: string | null;
  /** The agent for whom a safe makes the call; null: the owner's. */
  agent: Pick<AgentCaller, 'name' | 'sshKey'> | null;
  /** The safe that this home has joined. */
  safe: SafeReach | null;
  /** Why the caller wants the change, in the caller's own words, for the approver. */
  purpose: string | null;
  timeoutMs: number;
  namePrefix: string | null;
  preferences: Preferences;
  /** The user's settings cannot be used, and the call goes on without them. */
  settingsIgnored: boolean;
  /** Whether the settings must hold all of the network that the call names. */
  needsNetwork: boolean;
  /** The command is one that spends. */
  spends: boolean;
  /** The command is one that only looks. */
  looks: boolean;
  /** A person at the terminal may be asked. */
  person: boolean;
  progress: Progress;
  /** `--debug`: gets a line for every request and SSH connection; null without the flag. */
  trace: ((line: string) => void) | null;
  warn(code: string, message: string): void;
  signal: AbortSignal;
  /** Path, `fd:3` or `-`; null where none was given. */
  passphraseSource: string | null;
  /** The process's stdin may be read; it may not where orders come over it. */
  stdin: boolean;
  /** Asks for a secret that is typed unseen; null where nobody can be asked. */
  askSecret: ((question: string) => Promise<string>) | null;
}

type LineOptions = Pick<
  CallOptions,
  'network' | 'account' | 'task' | 'payer' | 'purpose' | 'timeoutMs' | 'namePrefix' | 'passphraseSource'
>;

/** The options that come from the command line or the layers of settings below it. */
export const lineOptions = (given: GlobalValues, preferences: Preferences): LineOptions => {
  const timeout = preferred(preferences, 'timeout') ?? '';
  return {
    network: named('--network', given.network, isName),
    account: named('--account', given.account, (word) => isName(word) || isAddress(word)),
    task: preferred(preferences, 'task'),
    payer: preferred(preferences, 'payer'),
    purpose: given.purpose ?? null,
    timeoutMs: (parseDuration(timeout) ?? 0) * 1000,
    namePrefix: preferred(preferences, 'namePrefix'),
    passphraseSource: given.passphraseFile ?? null,
  };
};

const isAddress = (word: string): boolean => /^0x[0-9a-f]{40}$/i.test(word);

/** Checks a name in a flag. A malformed one must be refused here, because suggested commands would repeat it. */
const named = (flag: string, word: string | undefined, fits: (word: string) => boolean): string | null => {
  if (word === undefined) return null;
  if (fits(word)) return word;
  throw new Failure('USAGE', `${flag} "${word.slice(0, 60)}" is not right: it takes a name of 1 to 40 of a-z, 0-9 and "-".`);
};

/** The options that follow from what the command is. */
export const commandOptions = ({
  settingsOnly,
  safety,
  kind,
}: Pick<AnyCommand, 'settingsOnly' | 'safety' | 'kind'>): Pick<CallOptions, 'needsNetwork' | 'spends' | 'looks'> => ({
  needsNetwork: settingsOnly !== true,
  spends: safety === 'spend',
  looks: kind === 'query',
});
