import { isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { letsTakeBack } from '../../domain/grants/own-grant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { GrantsCopy, TransfersCopy } from '../../ports/network/accounts.ts';
import { agreedTransfers, leftByGiver } from '../account/agreed-transfers.ts';

/** Who gave the allowance that the account lives on, and whether that address can take it back without this machine. */
export interface OwnerAtAGlance {
  address: string;
  /** Does the grant back stand (authz grant --own)? null: the CCN hosts do not agree, or too few answer. */
  grantStands: boolean | null;
}

/**
 * The owner as two CCN hosts (or the only one) show it, all asked at once; null where nothing is left of any allowance, or they do not tell. It
 * is only shown: who it really is, authz grant --own reads from signed transfers.
 */
export const ownerAtAGlance = async (context: Pick<ReadContext, 'cloud'>, account: string): Promise<OwnerAtAGlance | null> => {
  const cloud = await context.cloud();
  const needed = Math.min(2, cloud.hosts.length);
  const [transfers, grants] = await Promise.all([cloud.accounts.transfers(account, 0), cloud.accounts.grantsShown(account)]);
  const address = giverIn(transfers);
  return address === null ? null : { address, grantStands: standsIn(grants, address, needed) };
};

const giverIn = (copies: readonly TransfersCopy[]): string | null => {
  const [most] = [...leftByGiver(agreedTransfers(copies))].sort(([, a], [, b]) => (a < b ? 1 : -1));
  return most !== undefined && most[1] > 0n ? most[0] : null;
};

const standsIn = (copies: readonly GrantsCopy[], owner: string, needed: number): boolean | null => {
  const words = copies.flatMap(({ authorizations }) =>
    authorizations === null ? [] : [letsTakeBack(readGrantEntries(authorizations).filter((entry) => isFor(entry, owner)))],
  );
  const [first] = words;
  return first === undefined || words.length < needed || words.some((word) => word !== first) ? null : first;
};
