import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { trustsOwnRootsAlone, untrustedWords } from '../policy/require-own-roots.ts';

/**
 * Returns the variables whose root certificates count beside the program's own when something is spent: none where somebody else than the
 * agent decides on the public network. Warns there with `ENVIRONMENT_UNTRUSTED` of what keeps everything from being spent.
 */
export const extraRoots = async (context: ReadContext, account: string | null): Promise<string[]> => {
  const { surroundings } = context.host;
  const policy = account === null ? null : await readPolicy(context, account);
  if (policy === null || !trustsOwnRootsAlone(context, policy)) return surroundings.extraRoots();
  const untrusted = surroundings.untrusted();
  if (untrusted !== null) context.warn('ENVIRONMENT_UNTRUSTED', `Nothing is spent: ${untrustedWords(untrusted)}`);
  return [];
};
