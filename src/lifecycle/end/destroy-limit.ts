import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { familysVms } from '../children/childrens-vms.ts';
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

/** The VMs among which the caller's destroys of the last minute are counted: an agent's with its children's, the owner's all. */
export const countedWith = (
  ledger: Pick<LedgerReader, 'agent' | 'agents' | 'vms'>,
  { network, caller: { agent } }: Pick<ReadContext, 'network' | 'caller'>,
  account: string,
): VmRecord[] => (agent === null ? ledger.vms({ network }) : familysVms(ledger, { account, network }, agent));
