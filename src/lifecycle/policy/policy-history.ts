import { approvalMessage } from '../../domain/approval/approval-message.ts';
import { type ChangeOfApprover, type SignedChange, signedChangeOf } from '../../domain/approval/approver-change.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf, type StoredFacts } from '../../domain/ledger/effect-facts.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import type { RootPolicy } from '../../domain/limits/root-policy.ts';
import { signedAs } from '../../domain/plan/plan-kinds.ts';
import { readablePlan } from '../../domain/plan/read-plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { parseInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isHere } from './signed-approval.ts';

/** A row of the trail that changes the policy as nobody was entitled to. It counts for nothing. */
export interface Doubt {
  row: number;
  says: string;
}

/** What the audit trail says of an account's policy: nothing can be taken out of the trail unseen, and what is put in must be proven. */
export interface PolicyHistory {
  /** null: a person at a terminal approves. */
  approver: string | null;
  version: number;
  /** The newest row that counts, with what it set; null where the policy was never set. */
  newest: { row: number; facts: StoredFacts['policy.set'] } | null;
  /** The row that let the present approver in, and by whose word: null where it was the first one. */
  since: { effect: EffectRecord; by: string | null } | null;
  /** Who approved before and gave way by a signed word, with the time until which that word was good, ms. */
  gone: readonly { approver: string; expiresAt: number }[];
  /** Rows in doubt since a version was put in force last. */
  doubts: readonly Doubt[];
}

interface Fold extends PolicyHistory {
  /** Signed words are good once. */
  used: readonly string[];
}

const start: Fold = { approver: null, version: 0, newest: null, since: null, gone: [], doubts: [], used: [] };

/**
 * Folds the changes of an account's policy, oldest first. From an approver on, another one approves only by the approver's own signed word,
 * which the row holds; rows of earlier versions hold none, and an approval row with that signature explains them. Versions only rise. Call
 * `signatures.prepare()` first where any row names an approver.
 */
export const policyHistory = (
  ledger: LedgerReader,
  { account }: { account: string },
  context: Pick<ReadContext, 'signatures' | 'networkId'>,
): PolicyHistory => {
  const isGiven = (given: SignedChange, change: ChangeOfApprover, { used }: Fold, seq: number): boolean => {
    const data = signedChangeOf(given, change);
    if (data === null || !isHere(given.networkId, context)) return false;
    if (context.signatures.signerOf(data, given.signature) !== change.from) return false;
    const nonce = data.message['nonce'] ?? '';
    return !used.includes(nonce) && !wasTakenBack(ledger, account, nonce, seq);
  };
  const next = (before: Fold, effect: EffectRecord): Fold => {
    const facts = factsOf('policy.set', effect);
    const { version, approver: to = null } = facts;
    const { approver: from } = before;
    const counts: Fold = { ...before, version, newest: { row: effect.seq, facts } };
    const settled = version > before.version ? { ...counts, doubts: [] } : counts;
    if (version < before.version) return doubted(before, effect, `sets version ${version} of the policy after version ${before.version}`);
    if (to === from) return settled;
    if (from === null) return { ...settled, approver: to, since: { effect, by: null } };
    if ('byRoot' in facts && facts.byRoot) return counts;
    const change = { network: effect.network, account, from, to, version };
    const candidates = 'change' in facts ? (facts.change === null ? [] : [facts.change]) : changesApproved(ledger, account);
    const given = candidates.find((each) => isGiven(each, change, before, effect.seq));
    if (given === undefined || version === before.version) {
      const what = to === null ? `takes the approver ${from} away` : `names ${to} as approver in place of ${from}`;
      return doubted(before, effect, `${what}, which ${from} has not signed`);
    }
    const since = to === null ? null : { effect, by: from };
    const gone = [...before.gone, { approver: from, expiresAt: parseInstant(given.message['expiresAt'] ?? '') ?? 0 }];
    return { ...settled, approver: to, since, gone, used: [...before.used, given.message['nonce'] ?? ''] };
  };
  return ledger.effects({ account, point: 'policy.set' }).reverse().reduce(next, start);
};

const doubted = (before: Fold, { seq }: EffectRecord, what: string): Fold => ({
  ...before,
  doubts: [...before.doubts, { row: seq, says: `Row ${seq} of the audit trail ${what}.` }],
});

/** Tells whether the signed word was denied, or voided, before this row. */
export const wasTakenBack = (ledger: LedgerReader, account: string, nonce: string, seq: number): boolean =>
  (['approval.deny', 'approval.void'] as const).some((point) =>
    ledger.effects({ account, point, before: seq }).some((effect) => 'nonce' in effect.facts && factsOf(point, effect).nonce === nonce),
  );

/** Returns the signed words of approvers that approval rows hold, for rows of the trail that hold none. */
const changesApproved = (ledger: LedgerReader, account: string): SignedChange[] =>
  ledger.approvals({ account }).flatMap((row) => {
    const plan = row.signature === null || row.nonce === '' ? null : readablePlan(row);
    if (plan === null || signedAs(plan).kind !== 'change') return [];
    try {
      return [{ message: approvalMessage(row).message, signature: row.signature ?? '', networkId: row.networkId }];
    } catch (thrown) {
      if (thrown instanceof Failure) return [];
      throw thrown;
    }
  });

/** Loads what checks signatures, where any row, or the machine's own policy, names an approver or a funder. */
export const prepareSignatures = async ({
  ledger,
  signatures,
  rootPolicy,
}: Pick<ReadContext, 'ledger' | 'signatures' | 'rootPolicy'>): Promise<void> => {
  const root = rootPolicy();
  const rows = await ledger();
  const named = root?.approver != null || root?.funder !== undefined || rows.effects({ point: 'policy.funder', limit: 1 }).length > 0;
  if (named || rows.effects({ point: 'policy.set' }).some(namesApprover)) await signatures.prepare();
  if (root !== null) requireWritten(root, signatures);
};

/** An address in small or in capital letters has no checksum; in mixed ones it is a checksum, by which a slip of a digit shows. */
const requireWritten = ({ path, written = [] }: RootPolicy, { checksummed }: Pick<ReadContext['signatures'], 'checksummed'>): void => {
  const wrong = written.find((each) => /[a-f]/.test(each) && /[A-F]/.test(each) && checksummed(each.toLowerCase()) !== each);
  if (wrong === undefined) return;
  throw new Failure(
    'CONFIG_INVALID',
    `The machine's policy ${path} is not used, and nothing without it: the checksum (EIP-55) of ${wrong} is wrong.`,
    {
      fix: human('As root, copy the address again from where it is kept.'),
      facts: { path },
    },
  );
};

/** Does this row of the trail set a policy under an approver? */
export const namesApprover = (effect: EffectRecord): boolean => (factsOf('policy.set', effect).approver ?? null) !== null;
