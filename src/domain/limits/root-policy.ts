import type { Limits } from './limits.ts';

/** The machine's own policy file, which only root can write; no other policy loosens it. */
export interface RootPolicy {
  path: string;
  limits: Limits;
  /** The approver's address in lower case; null where the file names none. */
  approver: string | null;
  /** Whose transfer of a quoted sum approves the request that quotes it; absent: nobody's does. */
  funder?: string;
  /** The addresses as the file has them: a checksum in their capitals must fit. */
  written?: readonly string[];
  /** The balance of which a share always stays, credits; absent: the greatest that a ledger saw. */
  acknowledgedBalance?: bigint;
}
