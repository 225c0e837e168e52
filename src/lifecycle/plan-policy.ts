import { digest } from '../domain/canonical-json.ts';
import type { Check } from '../domain/failure.ts';
import { Failure } from '../domain/failure.ts';
import { formatInstant } from '../domain/instant.ts';
import { loosened, loosenedTasks } from '../domain/loosened.ts';
import { usd } from '../domain/money.ts';
import type { Plan } from '../domain/plan.ts';
import type { Limits } from '../domain/policy.ts';
import { liveStates } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import { recordedPolicy } from './recorded-policy.ts';

/** JSON-safe: credits as digits. */
export interface PolicySubject {
  account: string;
  version: number;
  limits: Record<keyof Limits, string>;
  tasks: Record<string, string>;
  reauthorise: boolean;
}

/** What is to be other than it is. */
export interface PolicyChange {
  action: 'policy set' | 'policy task';
  limits?: Partial<Limits>;
  /** Budgets in credits; null takes one away. */
  tasks?: Readonly<Record<string, bigint | null>>;
  reauthorise?: boolean;
}

/** What a change of limits or budgets would do. Lowering one is free; raising one, taking a budget away, or re-authorising, is a person's. */
export const planPolicy = async (
  context: ReadContext,
  { action, limits: wanted = {}, tasks: budgets = {}, reauthorise = false }: PolicyChange,
  argumentsDigest: string,
): Promise<Plan<PolicySubject>> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const before = recordedPolicy(ledger, { account, network: context.network });
  const limits = { ...before.limits, ...wanted };
  if (limits.defaultTtlSeconds > limits.maxTtlSeconds) {
    throw new Failure('USAGE', `The default lifetime of ${limits.defaultTtlSeconds} s is above the longest, ${limits.maxTtlSeconds} s.`);
  }
  const running = ledger.vms({ network: context.network, account, states: liveStates });
  const longest = Math.max(0, ...running.map(({ ttlSeconds }) => ttlSeconds));
  const failing: Check[] = loosened(before.limits, limits, longest).map((limit) => ({
    code: 'APPROVAL_NEEDED',
    figure: String(limits[limit]),
    limit: String(before.limits[limit]),
    message: `${limit} would go from ${before.limits[limit]} to ${limits[limit]}: a person decides that.`,
  }));
  const tasks = merged(before.tasks, budgets);
  failing.push(
    ...loosenedTasks(before.tasks, tasks).map((task): Check => {
      const [from, to] = [usd(before.tasks[task]!), Object.hasOwn(tasks, task) ? usd(tasks[task]!) : 'none'];
      return {
        code: 'APPROVAL_NEEDED',
        figure: to,
        limit: from,
        message: `The budget of task ${task} would go from ${from} USD to ${to}: a person decides that.`,
      };
    }),
  );
  if (reauthorise) {
    failing.push({
      code: 'APPROVAL_NEEDED',
      figure: 'anew',
      limit: before.authorisedAt === 0 ? 'never' : formatInstant(before.authorisedAt),
      message: 'Only a person re-authorises spending.',
    });
  }
  const subject: PolicySubject = {
    account,
    version: before.version + 1,
    limits: Object.fromEntries(Object.entries(limits).map(([key, value]) => [key, String(value)])) as Record<keyof Limits, string>,
    tasks: Object.fromEntries(Object.entries(tasks).map(([task, budget]) => [task, budget.toString()])),
    reauthorise,
  };
  const terms = { network: context.network, payer: account, action, arguments: argumentsDigest, ...subject };
  return {
    action,
    id: digest(terms),
    terms,
    subject,
    verdict: failing.length > 0 ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    cost: null,
    summary:
      failing.length > 0 ? `Raise limits of ${account}: ${failing.map(({ message }) => message).join(' ')}` : `Set limits of ${account}.`,
    consentPhrase: failing.length > 0 ? 'raise' : null,
    expiresAt: formatInstant(context.clock.now() + 10 * 60_000),
    approval: null,
  };
};

const merged = (before: Readonly<Record<string, bigint>>, changes: Readonly<Record<string, bigint | null>>): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries({ ...before, ...changes })
      .filter((entry): entry is [string, bigint] => entry[1] !== null)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
