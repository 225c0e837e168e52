import { Failure } from '../../domain/failure/failure.ts';
import { lineageOf, nameOfHead } from '../../domain/ledger/audit-head.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { markHead } from './audit-head.ts';
import { unknownApprover, unknownText } from './check-approver.ts';
import { publishHead, publishLimitMs } from './publish-head.ts';
import { readAuditHead } from './read-audit-head.ts';

const unpublished = (context: ChangeContext, why: string): false => {
  context.warn(
    'HEAD_UNPUBLISHED',
    `The ledger's head is not public yet (${why}); the next spend or "${commandLine('gc', { execute: true })}" tries again.`,
  );
  return false;
};

/**
 * Publishes the marked heads of several accounts, all at once, and asks nobody for a passphrase: what a person does in a hurry waits for
 * nothing. Each account whose key is locked, or not here, is warned of.
 */
export const settleUnasked = async (context: ChangeContext, accounts: readonly string[]): Promise<void> => {
  const keys = context.keys.list();
  await Promise.all(
    accounts.map((account) => {
      const key = keys.find(({ address, network }) => address === account && network === context.network);
      if (key === undefined) return unpublished(context, `no key of ${account} is here`);
      if (key.kind === 'keystore' && context.secrets.asksForPassphrases) return unpublished(context, `the key "${key.name}" is locked`);
      return settleHead(context, account);
    }),
  );
};

/**
 * Publishes a head that is marked and not yet public, unless another ledger has spent since: only a person replaces that one's head. Pays for
 * nothing, so a failure is only warned of. Returns whether this ledger's head is public.
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
  const seenAt = lineage.head?.at ?? 0;
  const marked = ledger.write('ledger.head', (transaction) => markHead(context, transaction, { ...scope, seenAt }));
  const why = await publishHead(context, marked, publishLimitMs);
  if (why !== null) return unpublished(context, why);
  ledger.write('ledger.head', (transaction) => {
    const now = transaction.head(scope);
    // Another process may have marked a later head meanwhile, and that one is not public yet.
    if (now?.at === marked.at) transaction.putHead({ ...now, published: true, replaces: null });
  });
  return true;
};
