import type { Invitation, SafeAddress } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { AgentSubject } from '../../domain/plan/kinds/agents.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan, PlanOf } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { requireKnownApprover } from '../governance/require-known-approver.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { isInhabited } from '../policy/slice-in-force.ts';
import { inviteIn, setAgent } from './invite.ts';
import { requiredAgent } from './required-agent.ts';

export type AgentPlan = Plan<'agents rotate' | 'agents resume'>;

const revoked = (name: string): Failure =>
  new Failure('AGENT_REFUSED', `Agent ${name} was revoked, for good.`, { fix: human('Let another one in.', 'agents ls'), facts: { name } });

const homeless = (name: string): Failure =>
  new Failure('AGENT_REFUSED', `Agent ${name} lived in a VM that is gone or is being ended, and ends with it.`, {
    fix: human('Its parent may spawn another one.', 'agents show', name),
    facts: { name },
  });

const summaries = {
  'agents rotate': (name: string) => `Invite agent ${name} anew: its token so far counts no more.`,
  'agents resume': (name: string) => `Let agent ${name} go on.`,
} as const;

/** Plans a new invitation for an agent, or that a suspended one goes on: whoever decides about the policy decides that. */
export const planLetInAgain = async <Action extends AgentPlan['action']>(
  context: ReadContext,
  action: Action,
  name: string,
  argumentsDigest: string,
): Promise<PlanOf<Action, AgentSubject>> => {
  const { address: account } = context.keys.current(context.network);
  const row = requiredAgent(await context.ledger(), context, account, name);
  if (row.revokedAt !== null) throw revoked(name);
  if (row.parent !== null && !isInhabited(await context.ledger(), row.operation)) throw homeless(name);
  await requireKnownApprover(context, account);
  const subject = { account, name };
  const asks = action === 'agents rotate' || row.suspendedAt !== null;
  const check = {
    code: 'APPROVAL_NEEDED' as const,
    of: `agent ${name}`,
    figure: action === 'agents rotate' ? 'anew' : 'suspended',
    limit: 'let in',
    message: `${summaries[action](name)} A person decides that.`,
  };
  return makePlan<AgentPlan['action']>(context.clock.now(), {
    action,
    terms: { network: context.network, payer: account, action, arguments: argumentsDigest, ...subject },
    subject,
    verdict: asks ? 'approve' : 'allow',
    failing: asks ? [check] : [],
    checks: [{ ...check, ok: !asks }],
    summary: summaries[action](name),
  }) as PlanOf<Action, AgentSubject>;
};

const write = async <Result>(
  context: ChangeContext,
  { subject, ...plan }: AgentPlan,
  change: (transaction: LedgerTransaction) => Result,
): Promise<Result> => {
  const ledger = await context.ledger();
  await prepareSignatures(context);
  return ledger.write('agents.set', (transaction) => {
    if (requiredAgent(transaction, context, subject.account, subject.name).revokedAt !== null) throw revoked(subject.name);
    consumeApproval(context, transaction, { ...plan, subject } as AgentPlan, { id: `agent ${subject.name}`, account: subject.account });
    return change(transaction);
  });
};

/** Makes a new invitation; the token that the agent had counts no more from here on. */
export const rotate = (context: ChangeContext, plan: Plan<'agents rotate'>, address: SafeAddress): Promise<Invitation> =>
  write(context, plan, (transaction) => inviteIn(context, transaction, plan.subject, address));

/** Lets a suspended agent go on; false where it was not suspended. */
export const resume = (context: ChangeContext, plan: Plan<'agents resume'>): Promise<boolean> =>
  write(context, plan, (transaction) => {
    const row = transaction.agent(plan.subject.name)!;
    if (row.suspendedAt === null) return false;
    setAgent(context, transaction, { ...row, suspendedAt: null }, 'resumed');
    return true;
  });
