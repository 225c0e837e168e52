import { Failure } from '../../domain/failure/failure.ts';
import { type GrantEntry, isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { letsTakeBack } from '../../domain/grants/own-grant.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';

interface Sides {
  /** The account in use. */
  account: string;
  /** The account that let it end its VMs and take its credits back. */
  from: string;
}

/** The entries by which `from` lets the account act, as two CCN hosts show them in messages that verify. `GRANT_MISSING` where these do not let it do both. */
export const standingGrant = async (
  context: Pick<ReadContext, 'cloud' | 'clock' | 'signal'>,
  { account, from }: Sides,
): Promise<readonly GrantEntry[]> => {
  const { authorizations } = await readGrants(context, from);
  const entries = readGrantEntries(authorizations).filter((entry) => isFor(entry, account));
  if (letsTakeBack(entries)) return entries;
  throw new Failure('GRANT_MISSING', `${from} does not let ${account} end its VMs and take its credits back, or no longer.`, {
    sideEffects: 'none',
    fix: human(`Where the key of ${from} is, its person grants that.`, 'authz grant', account, { own: true }),
    facts: { account, from },
  });
};
