import { Failure } from '../../domain/failure/failure.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { accountInUse } from '../../lifecycle/operation/account-in-use.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';

type Keyed = Pick<ReadContext, 'keys' | 'network'>;

/** The key with which every call of the setup is made, as the keys stand now; null for none. */
export const keyInUse = (context: Keyed): KeyEntry | null =>
  accountInUse(context) === null ? null : context.keys.current(context.network);

/**
 * Refuses with `USAGE` to set up another key than the one with which the calls of the setup are made: their limits and credits would be one
 * account's, and the address that is shown another's.
 */
export const requireInUse = (context: Keyed, name: string | undefined): void => {
  const [key, there] = [keyInUse(context), context.keys.list().find((each) => each.name === name)];
  if (name === undefined || name === key?.name || (key === null && there === undefined)) return;
  const used = key === null ? `none is in use on ${context.network}` : `that is "${key.name}"`;
  const message = `--key "${name}" is not right: init sets up the key in use, and ${used}.`;
  throw new Failure('USAGE', message, {
    checks: [{ code: 'USAGE', figure: name, limit: key?.name ?? 'a new name', message }],
    fix: mended(there, name, context.network),
  });
};

const mended = (there: KeyEntry | undefined, name: string, network: string) => {
  if (there === undefined) return human('Make that key, and choose it with keys use, first.', 'keys create', name);
  const fits = there.network === network && there.role === 'account';
  return fits ? agent('Choose that key first.', 'keys use', name) : agent('Take another name.', 'keys ls');
};
