import type { StoredLimits, StoredTasks } from '../limits/stored-limits.ts';

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
