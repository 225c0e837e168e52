import { defaultLimits } from '../../limits/policy.ts';
import type { StoredLimits, StoredTasks } from '../../limits/stored-limits.ts';
import { count, digits, exactly, flag, nullable, optional, record, type Shape, text, time } from '../../stored/shape.ts';
import type { PlanKind } from '../plan-kind.ts';
import { costAsPlanned, endsNothing, wordsOfSummary } from './plain-kind.ts';

/** A version of the policy that is to be put in force. JSON: it is stored with an approval, credits as digits. */
export interface PolicySubject {
  account: string;
  version: number;
  limits: StoredLimits;
  /** Budgets of tasks, credits. */
  tasks: StoredTasks;
  reauthorise: boolean;
  authorisedAt: number;
  acknowledgedBalance: string | null;
  /** Who seals it; null where nobody does. */
  approver: string | null;
  /** Digest of the version before. */
  previous: string;
  /** Freezes up to this number are over. */
  thawed: number;
  /** The approval by which the approver before gives way; null where the approver stays, or is the first. */
  change: string | null;
  /** Lowers limits below a sealed version, which stays. */
  lowers: boolean;
}

/** A limit that is newer than what was stored is left out. */
const limits: Shape<StoredLimits> = {
  troubleAt: exactly(Object.fromEntries(Object.keys(defaultLimits).map((limit) => [limit, optional(digits)]))).troubleAt,
};

const change = (takenBy: string | null, phrase: string): PlanKind<PolicySubject> => ({
  takenBy,
  subject: exactly({
    account: text,
    version: count,
    limits,
    tasks: record(digits),
    reauthorise: flag,
    authorisedAt: time,
    acknowledgedBalance: nullable(digits),
    approver: nullable(text),
    previous: text,
    thawed: count,
    change: nullable(text),
    lowers: flag,
  }),
  boundTo: ({ previous }) => ({ previous }),
  ends: endsNothing,
  signedAs: (policy) => (policy.approver === null ? { kind: 'plan' } : { kind: 'seal', policy }),
  what: wordsOfSummary,
  mostUsd: costAsPlanned,
  phrase: () => phrase,
  summaryTellsWhy: true,
});

export const policySet = change('policy set', 'raise');
export const policyTask = change('policy task', 'raise');
/** The first version of another approver, made by `policy approver set`: put in force by its signature, and taken by no command. */
export const approverSeal: PlanKind<PolicySubject> = { ...change(null, 'approve'), signedAs: (policy) => ({ kind: 'seal', policy }) };
