import { type GrantEntry, isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';

export interface ReceivedGrant {
  owner: string;
  entry: GrantEntry;
}

/** Whom the account may act for: owners that any host names, each checked in the owner's own signed messages. */
export const receivedGrants = async (
  context: Pick<ReadContext, 'cloud' | 'clock' | 'signal'>,
  account: string,
): Promise<ReceivedGrant[]> => {
  const owners = await (await context.cloud()).accounts.grantedBy(account);
  const states = await Promise.all(owners.map(async (owner) => ({ owner, state: await readGrants(context, owner) })));
  return states.flatMap(({ owner, state }) =>
    readGrantEntries(state.authorizations)
      .filter((entry) => isFor(entry, account))
      .map((entry) => ({ owner, entry })),
  );
};
