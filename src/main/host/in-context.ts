import type { ChangeContext } from '../../ports/context.ts';
import type { CliParts } from '../../surfaces/cli/cli-parts.ts';

interface Caller {
  /** The program was told to end. */
  signal: AbortSignal;
  /** Where the passphrase of its keys is read; null where they have none. */
  passphraseFile: string | null;
}

/** A call of nobody: it asks nothing and says nothing. */
export const quiet = ({ signal, passphraseFile }: Caller): Parameters<CliParts['open']>[0] => ({
  network: null,
  account: null,
  task: null,
  payer: null,
  agent: null,
  safe: null,
  purpose: null,
  timeoutMs: 60_000,
  namePrefix: null,
  preferences: { layers: () => [], account: [], project: null },
  settingsIgnored: false,
  needsNetwork: false,
  spends: false,
  looks: false,
  person: false,
  progress: { phase: () => {} },
  trace: null,
  warn: () => {},
  signal,
  passphraseSource: passphraseFile,
  stdin: false,
  askSecret: null,
});

/** Does something in a context of its own, which is closed again. */
export const inContext = async <Result>(
  parts: Pick<CliParts, 'open'>,
  caller: Caller,
  network: string | null,
  use: (context: ChangeContext) => Promise<Result>,
): Promise<Result> => {
  const contexts = parts.open({ ...quiet(caller), network });
  return contexts
    .change()
    .then(use)
    .finally(() => contexts.close());
};
