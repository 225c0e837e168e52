import { type EnforcerRecord, guestTimerUpToSeconds } from '../../domain/ending/enforcer.ts';
import { expiryOfRecord, isClaimed } from '../../domain/ledger/adoption-record.ts';
import { otherPayer, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { operationId } from '../../domain/text/ids.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { adoptionUnderWay } from '../operation/adoption-under-way.ts';
import { longestTtl } from '../timers/expiry.ts';
import { auditVm } from '../trail/audit.ts';
import { freeName, rowOfListedVm } from './row-of-listed-vm.ts';

/** A VM with our marker but without a published expiry was not made by this version; it gets this lifetime. */
const unpublishedTtlMs = 24 * 3600_000;

/**
 * Tells whether a guest timer may be in the VM: this tool made it, with a lifetime short enough to get one. The lost ledger knew the
 * timer's bytes, this one does not.
 */
const mayHaveTimer = ({ ours, expiresAt, signedAt }: ListedVm): boolean =>
  ours && expiresAt !== null && expiresAt - signedAt <= guestTimerUpToSeconds * 1000;

/** The row of such a timer, `failed` so that gc and extend arm the guest anew, and stop takes the timer out. */
const unseenTimer = ({ id, network }: VmRecord): EnforcerRecord => ({
  network,
  subject: id,
  kind: 'guest',
  state: 'failed',
  expiresAt: null,
  limitAt: null,
  digest: null,
  problem: 'not looked at since the ledger was rebuilt',
  verifiedAt: null,
});

/**
 * Takes in live VMs that the ledger does not know although they carry our marker or the account's journal claims them: the ledger was lost,
 * another machine made them, or an adoption died before its last step. Returns the new rows.
 */
export const adoptUnknown = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  const unknown = listed.filter(({ id }) => ledger.vm(id) === null);
  const journals = unknown.length === 0 ? [] : await (await context.cloud()).accounts.journal(account);
  const maxTtlSeconds = await longestTtl(context, account);
  const adopted: VmRecord[] = [];
  for (const vm of unknown.filter((one) => isClaimed(one, journals))) {
    const begun = adoptionUnderWay(ledger, { account, network: context.network, vm: vm.id });
    const row = await rowOfListedVm(context, vm, {
      account,
      name: freeName(context, ledger, begun?.name ?? vm.label),
      operation: begun?.operation ?? operationId(context.random.bytes(5)),
      // The VM may have been extended since it was signed, so the later expiry of its metadata and the journal counts.
      expiresAt: expiryOfRecord(vm, journals, maxTtlSeconds) ?? vm.signedAt + unpublishedTtlMs,
    });
    ledger.write('reconcile.adopt', (transaction) => {
      if (transaction.vm(row.id) !== null) return;
      transaction.insertVm(row);
      if (mayHaveTimer(vm)) transaction.putEnforcer(unseenTimer(row));
      auditVm(context, transaction, 'reconcile.adopt', row, {
        outcome: 'adopted',
        credits: row.hold,
        facts: { state: row.state, expires: formatInstant(row.expiresAt), ...otherPayer(row) },
      });
      adopted.push(row);
    });
  }
  return adopted;
};
