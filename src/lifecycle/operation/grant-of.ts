import { Failure } from '../../domain/failure/failure.ts';
import { readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { rentingChannel } from '../../domain/grants/renting-channel.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from './read-grants.ts';

/** The account that signs, and the one whose credits pay. */
export interface Parties {
  account: string;
  payer: string;
}

/**
 * The channel on which the payer lets the account act for it, by the payer's own messages and two CCN hosts; null where the account pays
 * itself and needs no grant. `GRANT_MISSING` where there is none, `GRANTS_UNREADABLE`.
 */
export const grantOf = async (
  context: Pick<ReadContext, 'cloud' | 'clock' | 'signal'>,
  { account, payer }: Parties,
): Promise<string | null> => {
  if (payer === account) return null;
  const { authorizations } = await readGrants(context, payer);
  const channel = rentingChannel(readGrantEntries(authorizations), account);
  if (channel !== null) return channel;
  throw new Failure('GRANT_MISSING', `${payer} lets ${account} rent no VMs at its cost, or no longer.`, {
    sideEffects: 'none',
    fix: human(`Ask the owner of ${payer} for a grant, with what authz request prints.`, 'authz request'),
    facts: { account, payer },
  });
};
