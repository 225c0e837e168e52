import { loosenedIn, loosenedSlices, type Slice, type Slices, sliceText } from '../../domain/agents/slice.ts';
import { policyDigest } from '../../domain/approval/policy-seal.ts';
import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { liveStates } from '../../domain/ledger/vm-record.ts';
import { type Limits, limitRows } from '../../domain/limits/limits.ts';
import { loosened, loosenedTasks } from '../../domain/limits/loosened.ts';
import { limitText, storedLimits, storedTasks } from '../../domain/limits/stored-limits.ts';
import { usd } from '../../domain/money/money.ts';
import type { PolicySubject } from '../../domain/plan/kinds/set-policy.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireKnownApprover } from './require-known-approver.ts';

export type PolicyPlan = Plan<'policy set' | 'policy task' | 'agents add' | 'agents limit'>;

/** The limits and budgets that a caller wants to change. */
export interface PolicyChange {
  action: PolicyPlan['action'];
  limits?: Partial<Limits>;
  /** Budgets by task, in credits; null takes a budget away. */
  tasks?: Readonly<Record<string, bigint | null>>;
  /** Agents to let in or whose slices to change. */
  agents?: Slices;
  reauthorise?: boolean;
}

/**
 * Plans a change of limits or budgets. Anybody may lower one. Raising one, taking a budget away, or re-authorising needs a person, or the
 * approver where there is one: then the approver signs the new version's seal.
 */
export const planPolicy = async (
  context: ReadContext,
  { action, limits: wanted = {}, tasks: budgets = {}, agents: slices = {}, reauthorise = false }: PolicyChange,
  argumentsDigest: string,
): Promise<PolicyPlan> => {
  if (Object.keys({ ...wanted, ...budgets, ...slices }).length === 0 && !reauthorise) {
    throw new Failure('USAGE', 'No limit is given, so there is nothing to set.', {
      fix: human('Give a limit, like --max-day 1; policy show names them all.', 'policy show'),
    });
  }
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const before = await readPolicy(context, account);
  const limits = { ...before.limits, ...wanted };
  if (limits.defaultTtlSeconds > limits.maxTtlSeconds) {
    throw new Failure('USAGE', `The default lifetime of ${limits.defaultTtlSeconds} s is above the longest, ${limits.maxTtlSeconds} s.`);
  }
  requireBelowRoot(context, limits);
  const running = ledger.vms({ network: context.network, account, states: liveStates });
  const longest = Math.max(0, ...running.map(({ ttlSeconds }) => ttlSeconds));
  const failing: Check[] = loosened(before.limits, limits, longest).map((limit) => ({
    code: 'APPROVAL_NEEDED',
    of: limitRows[limit].shown.as,
    figure: figureOf(limits[limit]),
    limit: figureOf(before.limits[limit]),
    message: `${limitText(before.limits, limit)} would become ${limitText(limits, limit)}, which needs approval.`,
  }));
  const tasks = merged(before.tasks, budgets);
  failing.push(
    ...loosenedTasks(before.tasks, tasks).map((task): Check => {
      const [from, to] = [usd(before.tasks[task]!), Object.hasOwn(tasks, task) ? usd(tasks[task]!) : 'none'];
      return {
        code: 'APPROVAL_NEEDED',
        of: `task ${task}`,
        figure: to,
        limit: from,
        message: `The budget of task ${task} would go from ${from} USD to ${to}, which needs approval.`,
      };
    }),
  );
  const agents = { ...before.agents, ...slices };
  failing.push(
    ...loosenedSlices(before.agents, agents).map((name) =>
      letInCheck(name, Object.hasOwn(before.agents, name) ? before.agents[name]! : null, agents[name]!),
    ),
  );
  if (reauthorise) {
    failing.push({
      code: 'APPROVAL_NEEDED',
      of: 'reauthorise',
      figure: 'anew',
      limit: before.authorisedAt === 0 ? 'never' : formatInstant(before.authorisedAt),
      message: 'Only a person re-authorises spending.',
    });
  }
  const raises = failing.length > 0;
  if (raises) await requireKnownApprover(context, account);
  // A sealed version, and the machine's own policy, cannot be rewritten here: lowered limits go into an overlay on top of it.
  const lowers = !raises && (before.approver !== null || context.rootPolicy() !== null);
  const seals = raises && before.approver !== null;
  const acknowledged =
    seals && (reauthorise || before.acknowledgedBalance === null)
      ? (await (await context.cloud()).accounts.balance(account)).credits
      : before.acknowledgedBalance;
  const subject: PolicySubject = {
    account,
    version: lowers ? before.version : before.next,
    limits: storedLimits(limits),
    tasks: storedTasks(tasks),
    ...(Object.keys(agents).length === 0 ? {} : { agents }),
    reauthorise,
    authorisedAt: seals && reauthorise ? context.clock.now() : before.authorisedAt,
    acknowledgedBalance: acknowledged === null ? null : String(acknowledged),
    approver: seals ? before.approver : null,
    previous: policyDigest(before.row),
    thawed: before.thawedUpTo,
    change: null,
    lowers,
  };
  const terms = { network: context.network, payer: account, action, arguments: argumentsDigest, ...subject };
  return makePlan(context.clock.now(), {
    action,
    terms,
    subject,
    verdict: raises ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary: raises ? `Change limits of ${account}: ${failing.map(({ message }) => message).join(' ')}` : `Set limits of ${account}.`,
  });
};

const letInCheck = (name: string, from: Slice | null, to: Slice): Check => {
  const more = from === null ? [] : loosenedIn(from, to);
  const says = from === null ? 'would be let in' : `would be given more (${more.join(', ')})`;
  return {
    code: 'APPROVAL_NEEDED',
    of: `agent ${name}`,
    figure: usd(BigInt(to.limits.maxTotalCredits)),
    limit: from === null ? 'none' : usd(BigInt(from.limits.maxTotalCredits)),
    message: `An agent ${says}: ${sliceText(name, to)}; that needs approval.`,
  };
};

/** A limit's value as checks show it: money in USD, counts and seconds as digits. */
const figureOf = (value: bigint | number): string => (typeof value === 'bigint' ? usd(value) : String(value));

const merged = (before: Readonly<Record<string, bigint>>, changes: Readonly<Record<string, bigint | null>>): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes })
      .filter((entry): entry is [string, bigint] => entry[1] !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Refuses limits that are looser than the machine's own policy, with `POLICY_REFUSED`. */
const requireBelowRoot = (context: ReadContext, limits: Limits): void => {
  const root = context.rootPolicy();
  const [beyond] = root === null ? [] : loosened(root.limits, limits);
  if (root === null || beyond === undefined) return;
  throw new Failure(
    'POLICY_REFUSED',
    `"${limitText(limits, beyond)}" is beyond the machine's own policy, which has "${limitText(root.limits, beyond)}".`,
    {
      fix: human(`Only root changes ${root.path}.`),
      facts: { path: root.path, limit: beyond },
    },
  );
};
