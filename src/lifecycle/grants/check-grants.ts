import { isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { lets, type Powers, powersOf } from '../../domain/grants/grant-powers.ts';
import { usd } from '../../domain/money/money.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';

/** What one address could do with an account, by its entries. */
export interface DelegateReach {
  entries: number;
  powers: Powers;
  /** Item hashes of VMs and programs that it could destroy: those that it could have sent itself. */
  destroyable: readonly string[];
  /** Item hashes of VMs that it could operate on their nodes, which look at neither channel nor chain. */
  operable: readonly string[];
  /** USD of credits that it could spend on VMs, or send away. */
  spendableUsd: string;
  movableUsd: string;
}

/** `GRANTS_UNREADABLE`, `NETWORK_UNAVAILABLE` where two CCN hosts do not tell. */
export const checkGrants = async (context: ReadContext, account: string, address: string): Promise<DelegateReach> => {
  const cloud = await context.cloud();
  const [state, owned, balance] = await Promise.all([
    readGrants(context, account),
    cloud.accounts.owned(account),
    cloud.accounts.balance(account),
  ]);
  const entries = readGrantEntries(state.authorizations).filter((entry) => isFor(entry, address));
  const powers = powersOf(entries);
  const couldSend = owned.filter(({ type, channel }) => entries.some((entry) => lets(entry, { type, channel })));
  const credits = usd(balance.credits);
  return {
    entries: entries.length,
    powers,
    destroyable: couldSend.map(({ id }) => id),
    operable: powers.operateVms ? owned.filter(({ type }) => type === 'INSTANCE').map(({ id }) => id) : [],
    spendableUsd: powers.rentVms || powers.runPrograms ? credits : '0',
    movableUsd: powers.moveCredits || powers.changeGrants ? credits : '0',
  };
};
