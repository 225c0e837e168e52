import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';

/**
 * Drops an approval of another network: each network may have a clock of its own (a devnet has), and the approval expires by that of its
 * network.
 */
export const ofNetwork = (row: ApprovalRecord | null, network: string): ApprovalRecord | null => (row?.network === network ? row : null);
