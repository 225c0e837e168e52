import { Failure } from '../../domain/failure/failure.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';

/**
 * Returns how many VMs may be destroyed at once without asking a person. Destroying must never wait for a policy: where it cannot be read,
 * the default holds.
 */
export const destroyLimit = async (
  context: Pick<ReadContext, 'ledger' | 'network' | 'networkId' | 'signatures' | 'rootPolicy'>,
  account: string,
): Promise<number> => {
  try {
    return (await readPolicy(context, account)).limits.destroyAtOnce;
  } catch (thrown) {
    if (thrown instanceof Failure) return defaultLimits.destroyAtOnce;
    throw thrown;
  }
};
