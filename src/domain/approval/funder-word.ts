import { typedMessage } from './approval-types.ts';
import type { SignedChange } from './approver-change.ts';
import type { TypedData } from './typed-data.ts';

/** What an approver signed to name a funder, made anew; null where its fields are not those of a Funder for exactly this account and address. */
export const signedFunderOf = (
  { message, networkId }: SignedChange,
  { network, account, funder }: { network: string; account: string; funder: string },
): TypedData | null => {
  const fits =
    message['network'] === network &&
    message['account'] === account.toLowerCase() &&
    message['funder']?.toLowerCase() === funder.toLowerCase();
  if (!fits) return null;
  try {
    return typedMessage({ network, networkId }, 'Funder', message);
  } catch (thrown) {
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
};
