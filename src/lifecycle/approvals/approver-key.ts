import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { ApproverSigner, KeyEntry } from '../../ports/keys/keys.ts';

/**
 * Returns the approver's key of this address in this home; for null, the only one for this network. null where there is none,
 * `AMBIGUOUS_ID` where there are several.
 */
export const approverKey = ({ keys, network }: Pick<ReadContext, 'keys' | 'network'>, address: string | null): KeyEntry | null => {
  const here = keys.list().filter((key) => key.role === 'approver' && key.network === network);
  const fitting = address === null ? here : here.filter((key) => key.address.toLowerCase() === address);
  if (fitting.length > 1) {
    throw new Failure('AMBIGUOUS_ID', `${fitting.length} approvers' keys for ${network} are here, and the request names none of them.`, {
      facts: { keys: fitting.map(({ name }) => name) },
    });
  }
  return fitting[0] ?? null;
};

/** Unlocks the approver's key. `KEY_MISSING` where this home has none. */
export const unlockedApprover = async (context: ChangeContext, address: string | null): Promise<ApproverSigner> => {
  const key = approverKey(context, address);
  if (key !== null) return context.keys.approver(key.name, context.network);
  throw new Failure('KEY_MISSING', `No approver's key for ${context.network}${address === null ? '' : ` of ${address}`} is here.`, {
    fix: human('Make one, or sign with a wallet.', 'keys create', 'boss', { approver: true }),
  });
};
