import { type GrantEntry, isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { lets, powersOf } from '../../domain/grants/grant-powers.ts';
import { isOwnGrant } from '../../domain/grants/own-grant.ts';
import type { DelegateReach } from '../../domain/grants/reach-words.ts';
import { usd } from '../../domain/money/money.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Balance, OwnedResource } from '../../ports/network/accounts.ts';
import { readGrants } from '../operation/read-grants.ts';
import { type Owner, ownersOf } from './owners-of.ts';

/**
 * What these addresses could do with the account; null: everybody who has a grant of it. `GRANTS_UNREADABLE`, `NETWORK_UNAVAILABLE` where two
 * CCN hosts do not tell.
 */
export const checkGrants = async (context: ReadContext, account: string, addresses: readonly string[] | null): Promise<DelegateReach[]> => {
  const cloud = await context.cloud();
  const [state, owned, balance] = await Promise.all([
    readGrants(context, account),
    cloud.accounts.owned(account),
    cloud.accounts.balance(account),
  ]);
  const entries = readGrantEntries(state.authorizations);
  const named = addresses ?? [...new Map(entries.map(({ address }) => [address.toLowerCase(), address])).values()];
  const delegates = named.map((address) => ({ address, of: entries.filter((entry) => isFor(entry, address)) }));
  const owners = delegates.some(({ of }) => isOwnGrant(of)) ? await ownersOf(context, account) : [];
  return delegates.map(({ address, of }) => reachOf(address, of, { owned, balance, owners }));
};

const reachOf = (
  address: string,
  entries: readonly GrantEntry[],
  { owned, balance, owners }: { owned: readonly OwnedResource[]; balance: Balance; owners: readonly Owner[] },
): DelegateReach => {
  const powers = powersOf(entries);
  const toOwner = owners.some((owner) => entries.some((entry) => isFor(entry, owner.address)));
  const couldSend = owned.filter(({ type, channel }) => entries.some((entry) => lets(entry, { type, channel })));
  const instances = owned.filter(({ type }) => type === 'INSTANCE');
  const credits = usd(balance.credits);
  return {
    address,
    entries: entries.length,
    powers,
    destroyable: couldSend.map(({ id }) => id),
    operable: powers.operateVms ? instances.map(({ id }) => id) : [],
    running: instances.filter(({ sender }) => sender.toLowerCase() === address.toLowerCase()).map(({ id }) => id),
    spendableUsd: powers.rentVms || powers.runPrograms ? credits : '0',
    movableUsd: powers.moveCredits || powers.changeGrants ? credits : '0',
    grantBack: isOwnGrant(entries) ? (toOwner ? 'to an owner' : 'to a stranger') : null,
  };
};
