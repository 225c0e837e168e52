import { rootCheck } from '../../domain/judge/standing-checks.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { type PublishedApprover, publishedApprover, publishedRootPolicy } from '../../domain/ledger/published-approver.ts';
import { type JudgedCheck, judged } from '../../domain/limits/judged-check.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { type PolicyInForce, readPolicy } from '../policy/policy-in-force.ts';

/**
 * Tells whether this ledger knows the approver that the account has published: it approves here, it gave way here by its signed word, which
 * was still good when the head was published, or the machine's own policy names who approves.
 */
export const knowsApprover = (
  { byRoot, history }: Pick<PolicyInForce, 'byRoot' | 'history'>,
  { address, at }: PublishedApprover,
): boolean =>
  byRoot || history.approver === address || history.gone.some(({ approver, expiresAt }) => approver === address && expiresAt >= at);

/** Returns the published approver whom this ledger does not know; null where there is none. */
export const unknownApprover = (policy: Pick<PolicyInForce, 'byRoot' | 'history'>, journals: readonly JournalCopy[]): string | null => {
  const published = publishedApprover(journals);
  return published === null || knowsApprover(policy, published) ? null : published.address;
};

/**
 * Checks that the approver which the account has published decides here, too, and that no policy of the machine's own is missed that was
 * published. Empty where neither is.
 */
export const publishedChecks = (
  { underRoot, rootMissing, ...policy }: Pick<PolicyInForce, 'byRoot' | 'history' | 'underRoot' | 'rootMissing'>,
  journals: readonly JournalCopy[],
): JudgedCheck[] => {
  const address = unknownApprover(policy, journals);
  const missing = !underRoot && rootMissing === null && publishedRootPolicy(journals);
  const root = missing ? [rootCheck("The account was under a policy of its machine's own, and here is none.")] : [];
  if (address === null) return root;
  return [...root, { ...judged('LEDGER_OTHER', false, policy.history.approver ?? 'nobody', address, unknownText(address)), fix: takeOver }];
};

export const unknownText = (address: string): string =>
  `The account has published ${address} as its approver, and this ledger does not know that it does.`;

const takeOver = human('Let this ledger take over; that approver signs it.', 'ledger take-over');

/** Reads the published approver whom this ledger does not know; null where there is none, or where the network does not answer. */
export const readUnknownApprover = async (context: ReadContext, account: string): Promise<string | null> => {
  const policy = await readPolicy(context, account);
  const cloud = await context.cloud().catch(() => null);
  return cloud === null ? null : unknownApprover(policy, await cloud.accounts.journal(account));
};
