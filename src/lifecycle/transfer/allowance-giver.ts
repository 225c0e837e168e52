import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';

/**
 * The one address that gave the account its credits, as the transfers that it signed prove: hosts could name any, and credits that are
 * returned to a stranger are lost. `ALLOWANCE_NOT_FOUND` where nobody did, or more than one.
 */
export const allowanceGiver = async (context: ReadContext, account: string): Promise<string> => {
  const { accounts, messages } = await context.cloud();
  const copies = await accounts.transfers(account, 0);
  if (copies.every(({ rows }) => rows === null)) {
    throw new Failure('NETWORK_UNAVAILABLE', `No CCN host tells which transfers came to ${account}.`);
  }
  const posts = new Set(copies.flatMap(({ rows }) => (rows ?? []).filter(({ credits }) => credits > 0n).map(({ post }) => post)));
  const signed = await Promise.all([...posts].map((post) => messages.transfer(post)));
  const proven = signed.filter((transfer) => transfer !== null && transfer.sender === transfer.from);
  const givers = new Set(
    proven.filter((transfer) => transfer?.to.some(({ address }) => address === account)).map((each) => each?.from ?? ''),
  );
  const [giver, ...others] = givers;
  if (giver !== undefined && others.length === 0) return giver;
  throw new Failure(
    'ALLOWANCE_NOT_FOUND',
    giver === undefined
      ? `No transfer of anybody to ${account} is signed: nobody gave it an allowance.`
      : `${givers.size} accounts gave credits to ${account} (${[...givers].join(', ')}); to whom they go back is not clear.`,
    {
      fix: human('The owner of this key decides where they go, and sends them with credits allow.'),
      facts: { givers: [...givers] },
    },
  );
};
