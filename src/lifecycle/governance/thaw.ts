import { Failure } from '../../domain/failure/failure.ts';
import type { ThawSubject } from '../../domain/plan/kinds/thaw.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { policyInForce, readPolicy } from '../policy/policy-in-force.ts';
import { auditAccount } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleHead } from '../trail/settle-head.ts';
import { requireKnownApprover } from './require-known-approver.ts';

/** Plans the end of a freeze for one account; the approver decides it, or a person at a terminal where there is none. */
export const planThaw = async (context: ReadContext, argumentsDigest: string): Promise<Plan<'thaw'>> => {
  const { address: account } = context.keys.current(context.network);
  const { frozenSince } = await readPolicy(context, account);
  if (frozenSince !== null) await requireKnownApprover(context, account);
  const ledger = await context.ledger();
  const upTo = ledger.freezes(context.network).at(-1)?.seq ?? 0;
  const subject: ThawSubject = { account, upTo, frozenAt: frozenSince };
  const terms = { network: context.network, payer: account, action: 'thaw', arguments: argumentsDigest, ...subject };
  const check = {
    ok: frozenSince === null,
    code: 'APPROVAL_NEEDED' as const,
    figure: frozenSince === null ? 'not frozen' : formatInstant(frozenSince),
    limit: '',
    message: 'Ending a freeze needs approval.',
  };
  const { ok, ...failing } = check;
  return makePlan(context.clock.now(), {
    action: 'thaw',
    terms,
    subject,
    verdict: ok ? 'allow' : 'approve',
    failing: ok ? [] : [failing],
    checks: [check],
    summary: ok ? 'Nothing is frozen.' : `Let creation and extension go on for ${account}.`,
  });
};

/** Ends the freezes that the plan names for its account; true where it is frozen no more. `PLAN_MOVED` where another freeze came since. */
export const thaw = async (context: ChangeContext, plan: Plan<'thaw'>): Promise<boolean> => {
  const { account, upTo, frozenAt } = plan.subject;
  if (frozenAt === null) return false;
  const { network } = context;
  const ledger = await context.ledger();
  await readPolicy(context, account);
  const thawed = ledger.write('freeze.thaw', (transaction) => {
    const at = context.clock.now();
    const last =
      transaction
        .freezes(network)
        .filter(({ frozen }) => frozen)
        .at(-1)?.seq ?? 0;
    if (last > upTo || plan.approval === null) throw new Failure('PLAN_MOVED', 'It was frozen again since, or nobody has agreed.');
    consumeApproval(context, transaction, plan, { id: `thaw ${upTo}`, account });
    transaction.insertFreeze({ network, account, frozen: false, at, approval: plan.approval });
    auditAccount(context, transaction, {
      point: 'freeze.thaw',
      account,
      outcome: 'thawed',
      facts: { freeze: upTo, approval: plan.approval },
    });
    markHead(context, transaction, { account, network });
    return policyInForce(transaction, { account, network }, context).frozenSince === null;
  });
  await settleHead(context, account);
  return thawed;
};
