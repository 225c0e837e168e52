import type { ChangeContext } from '../../ports/context.ts';
import { accountInUse } from '../operation/account-in-use.ts';

/** What a page shows that this call serves. */
export const aboutPage = (context: ChangeContext) => {
  const { network, networkId, caller } = context;
  return { network, networkId, account: accountInUse(context), payer: caller.payer, task: caller.task };
};
