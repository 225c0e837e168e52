import { Failure } from '../../domain/failure/failure.ts';
import { lineageOf, nameOfHead } from '../../domain/ledger/audit-head.ts';
import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { signerFor } from '../operation/signer-for.ts';
import { governanceOf } from '../policy/governance-of.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { markHead } from './audit-head.ts';
import { unknownApprover, unknownText } from './check-approver.ts';
import { readAuditHead } from './read-audit-head.ts';

/** The head is published beside an INSTANCE, to the same hosts; a call waits for their answer no longer than this. */
const publishLimitMs = 15_000;

/**
 * Publishes the marked head of the trail in the account's own aggregate. A failure is only warned of, and the next spend or gc tries again:
 * the money is held already, and a stale head hides no more than what came after it. Publishes only a head that `operation` marked: where
 * another process has marked a longer one since, that process publishes it, so that identical bytes are never sent twice at once.
 */
export const publishAuditHead = async (context: ChangeContext, account: string, operation: string): Promise<void> => {
  const ledger = await context.ledger();
  const row = ledger.head({ account });
  if (row !== null && ledger.effects({ operation }).some(({ seq }) => seq === row.rows)) await publishMarked(context, row);
};

/** Publishes a head; true where the network processed it, false, with a warning, where not. */
const publishMarked = async (context: ChangeContext, row: HeadRecord): Promise<boolean> => {
  const ledger = await context.ledger();
  try {
    const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, row.account), prepareSignatures(context)]);
    const message = await cloud.signing.head({ ...row, governance: governanceOf(ledger, row, context) }, signer);
    const { status } = await context.effect('ledger.publish', () =>
      cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
    );
    if (status !== 'processed') return unpublished(context, `the network has it as ${status}`);
    ledger.write('ledger.head', (transaction) => {
      const now = transaction.head({ account: row.account });
      // Another process may have marked a later head meanwhile, and that one is not public yet.
      if (now?.at === row.at) transaction.putHead({ ...now, published: true, replaces: null });
    });
    return true;
  } catch (problem) {
    if (!(problem instanceof Failure)) throw problem;
    return unpublished(context, problem.message);
  }
};

const unpublished = (context: ChangeContext, why: string): false => {
  context.warn(
    'HEAD_UNPUBLISHED',
    `The ledger's head is not public yet (${why}); the next spend or "${commandLine('gc', { execute: true })}" tries again.`,
  );
  return false;
};

/**
 * Publishes a head that an earlier call could not publish, unless another ledger has spent since: only a person replaces that one's head.
 * Returns whether this ledger's head is public.
 */
export const settleHead = async (context: ChangeContext, account: string): Promise<boolean> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const row = ledger.head(scope);
  if (row === null || row.published) return true;
  const cloud = await context.cloud().catch((problem: unknown) => {
    if (problem instanceof Failure && problem.code !== 'INTERRUPTED') return problem;
    throw problem;
  });
  if (cloud instanceof Failure) return unpublished(context, cloud.message);
  const journals = await cloud.accounts.journal(account);
  const lineage = lineageOf(journals, readAuditHead(ledger, scope));
  const approver = unknownApprover(await readPolicy(context, account), journals);
  if (approver !== null) return unpublished(context, unknownText(approver));
  const allowed = lineage.kind === 'fresh' || lineage.kind === 'ours';
  if (!allowed && (lineage.head === null || nameOfHead(lineage.head) !== row.replaces)) {
    return unpublished(context, lineage.kind === 'unread' ? 'too few CCN hosts answer' : 'another ledger has spent since');
  }
  return publishMarked(
    context,
    ledger.write('ledger.head', (transaction) => markHead(context, transaction, scope)),
  );
};
