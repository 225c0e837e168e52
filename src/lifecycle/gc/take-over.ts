import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { type Lineage, lineageCheck, lineageOf, nameOfHead } from '../../domain/ledger/audit-head.ts';
import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import type { TakeOverSubject } from '../../domain/plan/kinds/take-over.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { suspendAll } from '../agents/put-out.ts';
import { consumeApproval, voidApproval } from '../approvals/approvals.ts';
import { voidAll } from '../approvals/void-approvals.ts';
import { putPolicyRow } from '../governance/put-policy-row.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { isSigned } from '../policy/signed-approval.ts';
import { auditAccount } from '../trail/audit.ts';
import { markTakeOver } from '../trail/audit-head.ts';
import { unknownApprover, unknownText } from '../trail/check-approver.ts';
import { readAuditHead } from '../trail/read-audit-head.ts';
import { settleHead } from '../trail/settle-head.ts';
import { reconcile } from './reconcile.ts';

/** CCN hosts pass a published head on to each other within seconds, so a minute of reading back is enough. */
const readBackMs = 60_000;

export interface TakenOver {
  head: HeadRecord | null;
  changed: boolean;
  approvalsVoided: number;
}

interface Standing {
  lineage: Lineage;
  /** The approver that the account has published and this ledger does not know. */
  approver: string | null;
}

const standingOf = async (
  context: Pick<ReadContext, 'cloud' | 'ledger' | 'network' | 'networkId' | 'signatures' | 'rootPolicy'>,
  account: string,
): Promise<Standing> => {
  const [ledger, cloud, policy] = await Promise.all([context.ledger(), context.cloud(), readPolicy(context, account)]);
  const journals = await cloud.accounts.journal(account);
  const lineage = lineageOf(journals, readAuditHead(ledger, { account, network: context.network }));
  return { lineage, approver: unknownApprover(policy, journals) };
};

/**
 * Plans that this ledger goes on spending where another ledger, or a later state of this one, spent last. What that one held, approved and
 * counted is unknown here beyond what the network tells, so a person decides, once and for exactly the head that is public now.
 * `BALANCE_UNREADABLE` where the public head cannot be read.
 */
export const planTakeOver = async (context: ReadContext, account: string, argumentsDigest: string): Promise<Plan<'ledger take-over'>> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const { lineage, approver } = await standingOf(context, account);
  const found = lineageCheck(lineage, readAuditHead(ledger, scope));
  if (lineage.kind === 'unread') throw new Failure('BALANCE_UNREADABLE', found.message);
  if (approver !== null) await requireNoOther(context, account, approver);
  const taken = approver !== null || lineage.kind === 'other' || lineage.kind === 'rolledBack';
  const name = taken && lineage.head !== null ? nameOfHead(lineage.head) : null;
  // A person has allowed exactly this take-over before, and publishing it failed: nobody is asked again.
  const goesOn = name === null || (approver === null && name === ledger.head(scope)?.replaces);
  const message = approver === null ? found.message : unknownText(approver);
  const failing: Check[] = goesOn ? [] : [{ code: 'APPROVAL_NEEDED', figure: found.figure, limit: found.limit, message }];
  const subject: TakeOverSubject = { account, replaces: goesOn ? null : name, approver };
  const terms = { network: context.network, payer: account, action: 'ledger take-over', arguments: argumentsDigest, ...subject };
  return makePlan(context.clock.now(), {
    action: 'ledger take-over',
    terms,
    subject,
    verdict: goesOn ? 'allow' : 'approve',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary: goesOn
      ? 'This ledger is the one that spends from the account.'
      : `Take over for ${account}: ${message} Its holds, approvals, budgets and policy do not count here.`,
  });
};

/**
 * Applies the plan: reconciles, so that what the network knows is counted here, voids every approval, suspends every agent, and publishes this ledger's head
 * under a name that no copy of it has. `PLAN_MOVED` where another head is public by now, `HEAD_UNPUBLISHED` where ours did not become
 * public.
 */
export const takeOver = async (context: ChangeContext, plan: Plan<'ledger take-over'>): Promise<TakenOver> => {
  const { account, replaces } = plan.subject;
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const { voided } = await reconcile(context, account);
  const replaced = replaces === null ? 0 : await replace(context, plan, replaces);
  if (!(await settleHead(context, account)) || !(await readBack(context, account))) {
    throw new Failure(
      'HEAD_UNPUBLISHED',
      'The take-over stands in this ledger, but not yet on the network: nothing is spent until it does.',
      {
        sideEffects: 'partial',
        fix: agent('Go on; nobody is asked again.', 'ledger take-over'),
      },
    );
  }
  return { head: ledger.head(scope), changed: replaces !== null, approvalsVoided: voided + replaced };
};

const replace = async (context: ChangeContext, plan: Plan<'ledger take-over'>, name: string): Promise<number> => {
  const { account } = plan.subject;
  const scope = { account, network: context.network };
  const {
    lineage: { head },
    approver,
  } = await standingOf(context, account);
  if (approver !== null) await context.signatures.prepare();
  if (head === null || nameOfHead(head) !== name) {
    await voidApproval(context, plan.approval);
    throw new Failure('PLAN_MOVED', 'Another head is public by now than the one that was to be replaced; make the call again.');
  }
  const ledger = await context.ledger();
  return ledger.write('ledger.takeOver', (transaction) => {
    if (plan.approval === null) throw new Failure('PLAN_MOVED', 'A take-over needs a person; make the call again.');
    const row = transaction.approval(plan.approval);
    consumeApproval(context, transaction, plan, { id: 'take-over', account });
    if (approver !== null && (row === null || !isSigned(row, approver, context))) {
      throw new Failure(
        'APPROVAL_EXPIRED',
        `Approval ${plan.approval} is not signed by the approver ${approver}, which the account has published.`,
        {
          facts: { approval: plan.approval, approver },
        },
      );
    }
    const voided = voidAll(context, transaction, scope);
    auditAccount(context, transaction, {
      point: 'ledger.takeOver',
      account,
      outcome: 'taken over',
      facts: { replaces: name, approvalsVoided: voided },
    });
    suspendAll(context, transaction, scope);
    if (approver !== null) adoptApprover(context, transaction, scope, approver);
    markTakeOver(context, transaction, scope, { name, at: head.at });
    return voided;
  });
};

/** From now on this ledger knows who approves; nothing is spent until that approver has sealed the policy. */
const adoptApprover = (
  context: ChangeContext,
  transaction: LedgerTransaction,
  scope: { account: string; network: string },
  approver: string,
): void => {
  const { row, next: version } = policyInForce(transaction, scope, context);
  putPolicyRow(context, transaction, { ...row, version, approver, seal: null, setAt: context.clock.now(), setBy: 'approver' });
};

/** Refuses a ledger with an approver of its own: which of two decides is not for the ledger to say. */
const requireNoOther = async (context: ReadContext, account: string, approver: string): Promise<void> => {
  const { history } = await readPolicy(context, account);
  if (history.approver === null) return;
  throw new Failure('POLICY_REFUSED', `${unknownText(approver)} It has an approver of its own, ${history.approver}.`, {
    fix: human('Move this ledger away: `ledger reconcile` makes a new one, which can take over.'),
    facts: { approver, own: history.approver },
  });
};

/** Waits until enough hosts have this ledger's head and none has another ledger's later one. */
const readBack = async (context: ChangeContext, account: string): Promise<boolean> => {
  const giveUpAt = context.clock.now() + readBackMs;
  const delays = pollDelays();
  for (;;) {
    const { kind } = (await standingOf(context, account)).lineage;
    if (kind === 'ours' || kind === 'fresh') return true;
    if (context.clock.now() >= giveUpAt) return false;
    await context.clock.wait(delays(), context.signal);
  }
};
