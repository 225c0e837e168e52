import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ReadContext } from '../../ports/context.ts';

/**
 * Drops an approval of another network: each network may have a clock of its own (a devnet has), and the approval expires by that of its
 * network.
 */
export const ofNetwork = (row: ApprovalRecord | null, network: string): ApprovalRecord | null => (row?.network === network ? row : null);

/** Drops an approval that somebody else than the caller asked for as well: what one was granted, nobody else uses. */
export const ofCaller = (
  row: ApprovalRecord | null,
  { network, caller }: Pick<ReadContext, 'network' | 'caller'>,
): ApprovalRecord | null => (row?.agent === caller.agent ? ofNetwork(row, network) : null);
