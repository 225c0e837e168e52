import type { Decimal } from 'decimal.js';
import type { ReadContext } from '../../ports/context.ts';

/** A VM that a delegate sent and the account pays; its rate is null where the network has no price for it. */
export interface DelegateVm {
  id: string;
  /** Credits per second. */
  rate: Decimal | null;
}

/** The VMs that this address has running at the account's cost. */
export const delegateVms = async (context: Pick<ReadContext, 'cloud'>, account: string, address: string): Promise<DelegateVm[]> => {
  const cloud = await context.cloud();
  const [owned, burn] = await Promise.all([cloud.accounts.owned(account), cloud.accounts.burn(account)]);
  return owned
    .filter(({ type, sender }) => type === 'INSTANCE' && sender.toLowerCase() === address.toLowerCase())
    .map(({ id }) => ({ id, rate: burn.resources.find((resource) => resource.id === id)?.perSecond ?? null }));
};
