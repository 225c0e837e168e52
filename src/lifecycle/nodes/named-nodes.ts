import type { ReadContext } from '../../ports/context.ts';

/** As long as a plan can be applied. */
const keepMs = 10 * 60_000;

/** The call that a choice of nodes is for: the same call made again, as after `--dry-run`, takes the nodes that its plan named. */
export interface Call {
  account: string;
  argumentsDigest: string;
}

type Remembering = Pick<ReadContext, 'cache' | 'network'>;

const keyOf = ({ network }: Remembering, { account, argumentsDigest }: Call): string => `choice:${network}:${account}:${argumentsDigest}`;

/** Returns the hashes of the nodes that the last plan for this call named, in its order; none where there was no plan lately. */
export const namedNodes = (context: Remembering, call: Call): readonly string[] => {
  const kept = context.cache.read(keyOf(context, call), keepMs)?.value;
  return Array.isArray(kept) ? kept.filter((hash) => typeof hash === 'string') : [];
};

export const nameNodes = (context: Remembering, call: Call, hashes: readonly string[]): void =>
  context.cache.write(keyOf(context, call), hashes);

/** A VM was made: the next call with these arguments wants another one, and draws anew. */
export const forgetNodes = (context: Remembering, call: Call): void => context.cache.write(keyOf(context, call), []);
