import { type Slices, sliceShape } from '../../agents/slice.ts';
import { defaultLimits } from '../../limits/limits.ts';
import type { StoredLimits, StoredTasks } from '../../limits/stored-limits.ts';
import { count, digits, exactly, flag, nullable, optional, record, type Shape, text, time } from '../../stored/shape.ts';
import { costAsPlanned, endsNothing, ofNoVm, wordsOfSummary } from '../plain-kind.ts';
import type { PlanKind } from '../plan-kind.ts';

/** A policy version to be put in force. JSON, stored with an approval, credits in digits. */
export interface PolicySubject {
  account: string;
  version: number;
  limits: StoredLimits;
  /** Task budgets, credits in digits. */
  tasks: StoredTasks;
  /** The agents with their slices; absent where there is none. */
  agents?: Slices;
  reauthorise: boolean;
  authorisedAt: number;
  acknowledgedBalance: string | null;
  /** The approver who seals the version; null where there is none. */
  approver: string | null;
  /** Digest of the policy version before. */
  previous: string;
  /** The version ends every freeze up to this number. */
  thawed: number;
  /** The approval by which the previous approver hands over; null where the approver stays or is the first. */
  change: string | null;
  /** The change only lowers limits, in an overlay on the sealed version, which stays in force. */
  lowers: boolean;
}

/** Accepts limits of earlier versions: a limit newer than the stored plan may be absent. */
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
    agents: optional(record(sliceShape)),
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
  about: ofNoVm,
  signedAs: (policy) => (policy.approver === null ? { kind: 'plan' } : { kind: 'seal', policy }),
  what: wordsOfSummary,
  mostUsd: costAsPlanned,
  phrase: () => phrase,
  summaryTellsWhy: true,
});

export const policySet = change('policy set', 'raise');
export const policyTask = change('policy task', 'raise');
export const agentsAdd = change('agents add', 'let in');
export const agentsLimit = change('agents limit', 'raise');
/**
 * The first policy version of a new approver, made by `policy approver set`. The new approver's signature puts it in force; no command
 * applies it.
 */
export const approverSeal: PlanKind<PolicySubject> = { ...change(null, 'approve'), signedAs: (policy) => ({ kind: 'seal', policy }) };
