import type { Limits } from './limits.ts';

/** The machine's own policy file, which only root can write; no other policy loosens it. */
export interface RootPolicy {
  path: string;
  limits: Limits;
  /** The approver's address in lower case; null where the file names none. */
  approver: string | null;
  /** The balance of which a share always stays, credits; absent: the greatest that a ledger saw. */
  acknowledgedBalance?: bigint;
}
