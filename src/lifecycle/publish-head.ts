import { Failure } from '../domain/failure.ts';
import { lineageOf, nameOfHead } from '../domain/lineage.ts';
import type { ChangeContext } from '../ports/context.ts';
import { markHead } from './mark-head.ts';
import { ownTrail } from './own-trail.ts';
import { signerFor } from './signer-for.ts';

/** Hosts that take the INSTANCE beside it take this, too; longer than this nobody waits for it. */
const publishLimitMs = 15_000;

/**
 * Makes the marked head of the trail public in the account's own aggregate. A failure is warned of, and the next spend, or gc, tries
 * again: the money is held already, and a stale head hides nothing but what came after it. Is it public?
 */
export const publishHead = async (context: ChangeContext, account: string): Promise<boolean> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const row = ledger.head(scope);
  if (row === null || row.published) return true;
  try {
    const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, account)]);
    const message = await cloud.signHead(row, signer);
    const { status } = await context.effect('ledger.publish', () =>
      cloud.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
    );
    if (status !== 'processed') return unpublished(context, `the network has it as ${status}`);
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    return unpublished(context, problem.message);
  }
  ledger.write('ledger.head', (transaction) => {
    const now = transaction.head(scope);
    // Another process may have marked a later one meanwhile.
    if (now?.at === row.at) transaction.putHead({ ...now, published: true, replaces: null });
  });
  return true;
};

const unpublished = (context: ChangeContext, why: string): false => {
  context.warn(
    'HEAD_UNPUBLISHED',
    `The ledger's head is not public yet (${why}); the next spend or "aleph-agent gc --execute" tries again.`,
  );
  return false;
};

/** Publishes what an earlier call could not, unless another ledger has spent since: that one is replaced by a person only. */
export const settleHead = async (context: ChangeContext, account: string): Promise<boolean> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const row = ledger.head(scope);
  if (row === null || row.published) return true;
  const words = await (await context.cloud()).journal(account);
  const lineage = lineageOf(words, ownTrail(ledger, scope));
  const allowed = lineage.kind === 'fresh' || lineage.kind === 'ours';
  if (!allowed && (lineage.head === null || nameOfHead(lineage.head) !== row.replaces)) {
    return unpublished(context, lineage.kind === 'unread' ? 'too few CCN hosts answer' : 'another ledger has spent since');
  }
  ledger.write('ledger.head', (transaction) => markHead(context, transaction, scope));
  return publishHead(context, account);
};
