import { Failure } from '../../domain/failure/failure.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { KeyEntry, Signer } from '../../ports/keys/keys.ts';

/** The key of this account, still locked. `WRONG_ACCOUNT` where we hold none. */
export const keyFor = (context: Pick<ChangeContext, 'keys' | 'network'>, account: string): KeyEntry => {
  const entry = context.keys.list().find((key) => key.address === account && key.network === context.network);
  if (entry === undefined) {
    throw new Failure('WRONG_ACCOUNT', `The VM was made by ${account}, and no key of that address for ${context.network} is here.`, {
      fix: human(`Import the key of ${account}: ${commandLine('keys import', 'NAME')}.`),
      facts: { account },
    });
  }
  return entry;
};

/** Unlocks the key of this account, to act on what it made. `WRONG_ACCOUNT` where we hold no such key. */
export const signerFor = async (context: ChangeContext, account: string): Promise<Signer> =>
  context.keys.signer(keyFor(context, account).name, context.network);
