import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { type Lineage, lineageCheck, lineageOf, nameOfHead } from '../../domain/ledger/audit-head.ts';
import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import type { TakeOverSubject } from '../../domain/plan/kinds/take-over.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { consumeApproval, voidApproval } from '../approvals/approvals.ts';
import { voidAll } from '../approvals/void-approvals.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { markTakeOver } from '../trail/audit-head.ts';
import { settleHead } from '../trail/publish-audit-head.ts';
import { readAuditHead } from '../trail/read-audit-head.ts';
import { reconcile } from './reconcile.ts';

/** CCN hosts pass a published head on to each other within seconds, so a minute of reading back is enough. */
const readBackMs = 60_000;

export interface TakenOver {
  head: HeadRecord | null;
  changed: boolean;
  approvalsVoided: number;
}

const lineageFor = async (context: Pick<ReadContext, 'cloud' | 'ledger' | 'network'>, account: string): Promise<Lineage> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  return lineageOf(await cloud.accounts.journal(account), readAuditHead(ledger, { account, network: context.network }));
};

/**
 * Plans that this ledger goes on spending where another ledger, or a later state of this one, spent last. What that one held, approved and
 * counted is unknown here beyond what the network tells, so a person decides, once and for exactly the head that is public now.
 * `BALANCE_UNREADABLE` where the public head cannot be read.
 */
export const planTakeOver = async (context: ReadContext, account: string, argumentsDigest: string): Promise<Plan<'ledger take-over'>> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const [lineage, own] = [await lineageFor(context, account), readAuditHead(ledger, scope)];
  const found = lineageCheck(lineage, own);
  if (lineage.kind === 'unread') throw new Failure('BALANCE_UNREADABLE', found.message);
  const name = lineage.kind === 'other' || lineage.kind === 'rolledBack' ? nameOfHead(lineage.head) : null;
  // A person has allowed exactly this take-over before, and publishing it failed: nobody is asked again.
  const goesOn = name === null || name === ledger.head(scope)?.replaces;
  const failing: Check[] = goesOn ? [] : [{ code: 'APPROVAL_NEEDED', figure: found.figure, limit: found.limit, message: found.message }];
  const subject: TakeOverSubject = { account, replaces: goesOn ? null : name };
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
      : `Take over for ${account}: ${found.message} Its holds, approvals, budgets and policy do not count here.`,
  });
};

/**
 * Applies the plan: reconciles, so that what the network knows is counted here, voids every approval, and publishes this ledger's head
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
  const { head } = await lineageFor(context, account);
  if (head === null || nameOfHead(head) !== name) {
    await voidApproval(context, plan.approval);
    throw new Failure('PLAN_MOVED', 'Another head is public by now than the one that was to be replaced; make the call again.');
  }
  const ledger = await context.ledger();
  return ledger.write('ledger.takeOver', (transaction) => {
    if (plan.approval === null) throw new Failure('PLAN_MOVED', 'A take-over needs a person; make the call again.');
    consumeApproval(context, transaction, plan, { id: 'take-over', account });
    const voided = voidAll(context, transaction, scope);
    transaction.recordEffect({
      at: context.clock.now(),
      point: 'ledger.takeOver',
      network: context.network,
      account,
      task: context.caller.task,
      operation: null,
      vm: null,
      outcome: 'taken over',
      credits: null,
      latencyMs: null,
      facts: { replaces: name, approvalsVoided: voided },
    });
    markTakeOver(context, transaction, scope, { name, at: head.at });
    return voided;
  });
};

/** Waits until enough hosts have this ledger's head and none has another ledger's later one. */
const readBack = async (context: ChangeContext, account: string): Promise<boolean> => {
  const giveUpAt = context.clock.now() + readBackMs;
  const delays = pollDelays();
  for (;;) {
    const { kind } = await lineageFor(context, account);
    if (kind === 'ours' || kind === 'fresh') return true;
    if (context.clock.now() >= giveUpAt) return false;
    await context.clock.wait(delays(), context.signal);
  }
};
