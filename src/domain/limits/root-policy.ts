import type { Limits } from './policy.ts';

/** The machine's own policy, which only root can write: nothing below loosens it. */
export interface RootPolicy {
  path: string;
  limits: Limits;
  /** Lower case; null: the file names none. */
  approver: string | null;
}
