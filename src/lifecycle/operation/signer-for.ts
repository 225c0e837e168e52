import { Failure } from '../../domain/failure/failure.ts';
import { exitCodes } from '../../domain/failure/failure-codes.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { KeyEntry, Signer } from '../../ports/keys/keys.ts';

/**
 * Returns the key entry of this account, still locked. `WRONG_ACCOUNT` where this home holds no such key; `KEY_INVALID` where it may be in a
 * file that is damaged.
 */
export const keyFor = (context: Pick<ChangeContext, 'keys' | 'network'>, account: string): KeyEntry => {
  const entry = context.keys.list().find((key) => key.address === account && key.network === context.network);
  if (entry === undefined) {
    const [broken] = context.keys.damaged();
    if (broken !== undefined) throw broken;
    throw new Failure('WRONG_ACCOUNT', `The VM was made by ${account}, and no key of that address for ${context.network} is here.`, {
      fix: human(`Import the key of ${account}: ${commandLine('keys import', 'NAME')}.`),
      facts: { account },
    });
  }
  return entry;
};

/** Unlocks the account's key, to sign for what that account made. `WRONG_ACCOUNT` where this home holds no such key. */
export const signerFor = async (context: ChangeContext, account: string): Promise<Signer> =>
  context.keys.signer(keyFor(context, account).name, context.network);

/** Unlocks the account's key; null where it is not at hand: it is missing or locked, or its file is damaged. */
export const signerAtHand = (context: ChangeContext, account: string): Promise<Signer | null> =>
  signerFor(context, account).catch((thrown: unknown) => {
    if (thrown instanceof Failure && (thrown.exit === exitCodes.auth || thrown.code === 'KEY_INVALID')) return null;
    throw thrown;
  });
