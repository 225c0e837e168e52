import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { type Owner, ownersOf } from '../account/owners-of.ts';
import { requireSpelt } from '../operation/require-spelt.ts';

/**
 * The owner with this address. Throws `GRANT_TOO_WIDE` for any other address: what moves all credits of the account goes to nobody but whoever
 * gave them. `ALLOWANCE_NOT_FOUND` where nobody did.
 */
export const requireOwner = async (context: ReadContext, account: string, address: string): Promise<Owner> => {
  await requireSpelt(context, address, human("Copy the owner's address again: keys show prints it with its capitals there.", 'keys show'));
  const owners = await ownersOf(context, account);
  const owner = owners.find((each) => each.address === address);
  if (owner !== undefined) return owner;
  const [first] = owners;
  if (first === undefined) {
    throw new Failure(
      'ALLOWANCE_NOT_FOUND',
      `Nothing is left of what others gave to ${account} by a transfer that they signed, so nobody may be let take its credits back.`,
      { sideEffects: 'none', fix: human('The owner sends the allowance first, with credits allow.') },
    );
  }
  throw new Failure(
    'GRANT_TOO_WIDE',
    `What is left of the allowances of ${account} came from ${owners.map((each) => each.address).join(' and ')}, not from ${address}: nobody else may be let take its credits and end its VMs.`,
    {
      sideEffects: 'none',
      fix: human('Grant it to the account that gave the allowance; credits history says who did.', 'credits history'),
      facts: { account, address, gave: first.address },
    },
  );
};
