import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/** What a page shows that this call serves: the network, the account, who pays and the task; two that show the same have the same text. */
export const aboutPage = (context: ChangeContext): string => {
  const { network, networkId, caller } = context;
  return JSON.stringify([network, networkId, accountInUse(context), caller.payer, caller.task]);
};
