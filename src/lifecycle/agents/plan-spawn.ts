import { invitedTo } from '../../domain/agents/invitation.ts';
import { requireHeard } from '../../domain/agents/require-heard.ts';
import { type Check, Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd } from '../../domain/money/money.ts';
import { type Child, type SpawnReplay, spawnUsd } from '../../domain/plan/kinds/spawn.ts';
import { childOf } from '../../domain/plan/operation-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { phraseOf, whatOf } from '../../domain/plan/plan-kinds.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { digest } from '../../domain/text/canonical-json.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { liveNamesake } from '../caller/live-namesake.ts';
import { requireChildsName } from '../children/insert-child.ts';
import { type ProvisionRequest, planProvision } from '../create/plan-provision.ts';
import { isReplay } from '../create/provision.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { type AgentStanding, standingIn } from './agent-standings.ts';
import { requiredAgent } from './required-agent.ts';

export interface SpawnRequest extends Omit<ProvisionRequest, 'name' | 'ifExists'> {
  name: string;
  limits: Child['limits'];
}

/** Only an agent that the owner let in has children: an owner lets agents in, and a child's children would be nobody's to see. */
const requiredParent = async (context: ReadContext): Promise<string> => {
  const { agent: caller } = context.caller;
  if (caller === null) {
    throw new Failure('USAGE', 'vm spawn is for an agent of a safe: the owner of the safe lets agents in.', {
      sideEffects: 'none',
      fix: human('Let one in.', 'agents add', { help: true }),
    });
  }
  if ((await context.ledger()).agent(caller)?.parent == null) return caller;
  throw new Failure('AGENT_REFUSED', `Agent ${caller} is a child itself, and a child makes no children.`, { sideEffects: 'none' });
};

/** Tells whether this very call has made that VM: repeated it goes on with it, as `--if-exists return` would, but never with another child's. */
const isRepeated = (ledger: LedgerReader, context: ReadContext, { name, argumentsDigest }: SpawnRequest): boolean => {
  const made = liveNamesake(ledger, context, name)?.operation;
  const operation = made === undefined ? null : ledger.operation(made);
  return operation?.kind === 'create' && operation.argumentsDigest === argumentsDigest && childOf(operation) !== null;
};

/** A name that is taken has another way out here than where one may ask for the VM that is there. */
const asOfSpawn = (thrown: unknown): never => {
  if (!(thrown instanceof Failure) || thrown.code !== 'NAME_TAKEN') throw thrown;
  throw new Failure(thrown.code, thrown.message, {
    ...thrown.details,
    fix: agent('Repeat the first call with its arguments, or take another name.'),
  });
};

/** What the child may spend is cut from what its parent has left, beside the VM that it lives in. */
const cutCheck = ({ limits, spent }: AgentStanding, budget: bigint, ofVm: bigint): Check & { ok: boolean } => {
  const left = (limits?.maxTotalCredits ?? 0n) - spent;
  const wanted = budget + ofVm;
  return {
    code: 'TOTAL_LIMIT',
    ok: wanted <= left,
    figure: usd(wanted),
    limit: usd(left > 0n ? left : 0n),
    message: `The child's budget and the VM that it lives in come to ${usd(wanted)} USD, your slice has ${usd(left > 0n ? left : 0n)} left.`,
  };
};

/**
 * Plans a VM and the agent that is to live in it, a child of the agent that calls: a create like any other, which a person is always asked
 * about, however cheap it is. `AGENT_REFUSED` where the caller is a child; `USAGE` where it is no agent, or where VMs do not reach the
 * safe; `NAME_TAKEN`.
 */
export const planSpawn = async (
  context: ReadContext,
  { limits, ...request }: SpawnRequest,
): Promise<Plan<'vm spawn'> | FreePlan<SpawnReplay>> => {
  const parent = await requiredParent(context);
  const address = invitedTo(await context.host.safe.addresses(), 'tls');
  const child: Child = { name: `${parent}-${request.name}`, parent, limits };
  const ledger = await context.ledger();
  const ifExists = isRepeated(ledger, context, { limits, ...request }) ? 'return' : 'fail';
  const plan = await planProvision(context, { ...request, ifExists }).catch(asOfSpawn);
  if (isReplay(plan)) {
    const made = ledger.operation(plan.subject.replay);
    return { ...plan, action: 'vm spawn', subject: { ...plan.subject, child: (made === null ? null : childOf(made)) ?? child } };
  }
  const { account, rate, ttlSeconds } = plan.subject;
  const policy = await readPolicy(context, account);
  requireChildsName(ledger, policy, child);
  requireHeard(address, plan.subject.nodes);
  const budget = BigInt(limits.maxTotalCredits);
  const asks: Check = {
    code: 'APPROVAL_NEEDED',
    of: `child ${child.name}`,
    figure: usd(budget),
    limit: '0',
    message: `Agent ${parent} would get a child, ${child.name}, which may spend ${usd(budget)} USD of its slice: that needs approval.`,
  };
  const own = standingIn(ledger, policy, context.clock.now())(requiredAgent(ledger, context, account, parent));
  const cut = cutCheck(own, budget, creditsOver(new Exact(rate), ttlSeconds));
  const { ok: _, ...short } = cut;
  const verdict = plan.verdict === 'deny' || !cut.ok ? 'deny' : 'approve';
  const terms = { ...plan.terms, action: 'vm spawn', child };
  // an envelope pays for VMs, and lets nobody in
  const subject = { ...plan.subject, envelope: null, child };
  const spawn: Plan<'vm spawn'> = {
    ...plan,
    action: 'vm spawn',
    id: digest(terms),
    terms,
    subject,
    cost: { ...plan.cost!, mostUsd: spawnUsd({ subject }) },
    verdict,
    failing: [...plan.failing, ...(cut.ok ? [] : [short]), asks],
    checks: [...plan.checks, cut, { ...asks, ok: false }],
  };
  const told = { ...spawn, summary: whatOf(spawn) };
  return { ...told, consentPhrase: verdict === 'approve' ? phraseOf(told, request.name) : null };
};
