import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';

/**
 * Refuses an approval that may have been used: `APPROVAL_EXPIRED` where the network lists a VM of ours, made since the approval was asked
 * for, that no row knows. A ledger restored from a copy does not remember what was used after the copy.
 */
export const refuseOnLostRows = (ledger: LedgerReader, approval: string | null, listed: readonly ListedVm[]): void => {
  const row = approval === null ? null : ledger.approval(approval);
  if (row === null) return;
  const unknown = listed.find(({ ours, id, signedAt }) => ours && signedAt >= row.requestedAt && ledger.vm(id) === null);
  if (unknown === undefined) return;
  throw new Failure(
    'APPROVAL_EXPIRED',
    `VM ${shortId(unknown.id)} was made since approval ${row.id} was asked for, and this ledger does not know it: the approval may have been used.`,
    {
      fix: human('Let ledger and network agree, then ask anew.', 'ledger reconcile'),
      facts: { approval: row.id, vm: shortId(unknown.id) },
    },
  );
};
