import type { CheckSubject } from '../failure/failure.ts';
import { Failure } from '../failure/failure.ts';
import type { FailureCode } from '../failure/failure-codes.ts';
import { failureCodes } from '../failure/failure-codes.ts';
import type { ApprovalRecord } from '../ledger/ledger-records.ts';
import { readStored, unreadable, type Where } from '../stored/read-stored.ts';
import {
  digits,
  either,
  exactly,
  type Fitting,
  flag,
  json,
  list,
  nullable,
  oneOf,
  optional,
  type Shape,
  text,
  time,
} from '../stored/shape.ts';
import type { Plan, PlanAction } from './plan.ts';
import { planKinds } from './plan-kinds.ts';

const code: Shape<FailureCode> = {
  troubleAt: (path, value) => (typeof value === 'string' && Object.hasOwn(failureCodes, value) ? null : `${path} is no code`),
};

const subject: Shape<CheckSubject> = exactly({ of: oneOf('protection', 'task'), vm: text });

const checkMembers = {
  code,
  of: optional(text),
  figure: text,
  limit: text,
  message: text,
  subject: optional(subject),
  retryAfterSeconds: optional(time),
};

/** In 0.1.0 the sum that the account needs had the name of the 24 h reserve, which is a part of it. */
const earlierCost = exactly({ usdPerHour: text, mostUsd: text, reserveUsd: text });

/** The members that plans of all kinds have, beside action and subject. */
const members = {
  id: text,
  terms: json,
  verdict: oneOf('allow', 'approve', 'deny'),
  failing: list(exactly({ ...checkMembers, ok: optional(flag) })),
  checks: list(exactly({ ...checkMembers, ok: flag })),
  cost: nullable(either(exactly({ usdPerHour: text, mostUsd: text, neededUsd: text }), earlierCost)),
  missing: optional(exactly({ now: digits, late: digits })),
  choice: optional(exactly({ crns: list(text), why: text })),
  notes: optional(list(text)),
  summary: text,
  consentPhrase: nullable(text),
  expiresAt: text,
  approval: nullable(text),
};

const actions = oneOf(...(Object.keys(planKinds) as PlanAction[]));

const whereOf = ({ id }: Pick<ApprovalRecord, 'id'>): Where => ({
  words: `The plan stored with approval ${id}`,
  facts: { approval: id },
});

/**
 * Reads the plan that is stored with an approval. Throws `LEDGER_UNREADABLE` where it has no shape that any version wrote: such a plan
 * approves nothing.
 */
export const readPlan = (row: Pick<ApprovalRecord, 'id' | 'plan'>): Plan => {
  const where = whereOf(row);
  const { action } = readStored(json, 'plan', row.plan, where);
  const kind = readStored(actions, 'plan.action', action, where);
  const plan = readStored(exactly({ ...members, action: oneOf(kind), subject: planKinds[kind].subject }), 'plan', row.plan, where) as Plan;
  return renamed(plan);
};

/** The plan with its cost under the names of this version. */
const renamed = (plan: Plan): Plan => {
  const stored = plan.cost as Plan['cost'] | Fitting<typeof earlierCost>;
  if (stored === null || 'neededUsd' in stored) return plan;
  const { reserveUsd: neededUsd, ...cost } = stored;
  return { ...plan, cost: { ...cost, neededUsd } };
};

/** Reads a plan that is to be voided or skipped: null where it cannot be read. */
export const readablePlan = (row: Pick<ApprovalRecord, 'id' | 'plan'>): Plan | null => {
  try {
    return readPlan(row);
  } catch (thrown) {
    if (thrown instanceof Failure) return null;
    throw thrown;
  }
};

/** The failure that the plan stored with this approval cannot be read. */
export const unreadablePlan = (row: Pick<ApprovalRecord, 'id'>, trouble: string): Failure => unreadable(whereOf(row), trouble);
