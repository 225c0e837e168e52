import type { Slice, sliceLimits } from '../../domain/agents/slice.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { Limits } from '../../domain/limits/limits.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { type PolicyPlan, planPolicy } from '../governance/plan-policy.ts';
import { payerOf } from '../operation/payer-of.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requiredAgent } from './required-agent.ts';

/** What an owner says of an agent's slice; what is absent stays as it is, or is the policy's. */
export interface SliceWish {
  limits: Partial<Pick<Limits, (typeof sliceLimits)[number] | 'maxTotalCredits'>>;
  /** For how long from now the agent may call, seconds; null: without an end. */
  forSeconds?: number | null | undefined;
  commands?: readonly string[] | undefined;
  exec?: boolean | undefined;
  terms?: boolean | undefined;
}

const stored = (limits: SliceWish['limits']): Partial<Slice['limits']> =>
  Object.fromEntries(Object.entries(limits).map(([limit, value]) => [limit, String(value)]));

const until = (wished: SliceWish['forSeconds'], now: number, before: number | null): number | null =>
  wished === undefined ? before : wished === null ? null : now + wished * 1000;

/** Nobody can be let in twice under one name: VMs, approvals and trail name who it was. */
const taken = (name: string, isOut: boolean): Failure =>
  new Failure('NAME_TAKEN', isOut ? `Agent ${name} was revoked; a name is one agent for ever.` : `Agent ${name} is let in already.`, {
    fix: isOut
      ? human('Take another name.', 'agents ls')
      : human('Change its slice with agents limit, or invite it anew with agents rotate.', 'agents show', name),
    facts: { name },
  });

/** What a child may do was agreed to when it was made, and is never more than its parent may. */
const cutOnce = (name: string, parent: string): Failure =>
  new Failure('AGENT_REFUSED', `Agent ${name} is a child of ${parent}: its slice was cut from that one's, and stays as it was approved.`, {
    sideEffects: 'none',
    fix: human('Limit its parent with agents limit, or put it out with agents revoke.', 'agents show', name),
    facts: { name, parent },
  });

/**
 * Plans to let an agent in, with its slice: a change of the policy. Where the policy has that slice already, because its approver sealed it or
 * an earlier call died, what is left is the invitation, and the plan is free.
 */
export const planAdd = async (
  context: ReadContext,
  { name, ...wish }: SliceWish & { name: string },
  argumentsDigest: string,
): Promise<PolicyPlan | FreePlan<null>> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const known = ledger.agent(name);
  if (known !== null) throw taken(name, known.revokedAt !== null);
  const { agents } = await readPolicy(context, account);
  if (Object.hasOwn(agents, name)) {
    const terms = { network: context.network, payer: account, action: 'agents add', arguments: argumentsDigest, account, name };
    return makeFreePlan(context.clock.now(), { action: 'agents add', terms, subject: null, summary: `Invite agent ${name}.` });
  }
  const now = context.clock.now();
  const slice: Slice = {
    limits: stored(wish.limits) as Slice['limits'],
    payer: await payerOf(context, account),
    since: now,
    until: until(wish.forSeconds, now, null),
    commands: wish.commands ?? [],
    exec: wish.exec ?? false,
    terms: wish.terms ?? false,
  };
  return planPolicy(context, { action: 'agents add', agents: { [name]: slice } }, argumentsDigest);
};

/** Plans a change of an agent's slice. To narrow it is free; to give it more is for whoever decides about the policy. */
export const planLimit = async (
  context: ReadContext,
  { name, ...wish }: SliceWish & { name: string },
  argumentsDigest: string,
): Promise<PolicyPlan> => {
  const { address: account } = context.keys.current(context.network);
  const { parent } = requiredAgent(await context.ledger(), context, account, name);
  if (parent !== null) throw cutOnce(name, parent);
  const { agents } = await readPolicy(context, account);
  const before = Object.hasOwn(agents, name) ? agents[name]! : null;
  if (before === null) throw taken(name, true);
  const slice: Slice = {
    ...before,
    limits: { ...before.limits, ...stored(wish.limits) },
    until: until(wish.forSeconds, context.clock.now(), before.until),
    commands: wish.commands ?? before.commands,
    exec: wish.exec ?? before.exec,
    terms: wish.terms ?? before.terms,
  };
  return planPolicy(context, { action: 'agents limit', agents: { [name]: slice } }, argumentsDigest);
};
