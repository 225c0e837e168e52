import { type EnforcerRecord, guestTimerUpToSeconds } from '../../domain/ending/enforcer.ts';
import { expiryOfRecord, isClaimed } from '../../domain/ledger/adoption-record.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { operationId } from '../../domain/text/ids.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { adoptionUnderWay } from '../operation/adoption-under-way.ts';
import { auditVm } from '../trail/audit.ts';
import { freeName, rowOfListedVm } from './row-of-listed-vm.ts';

/** A message with our marker and no expiry is none that this version writes; it is given a day. */
const unpublishedTtlMs = 24 * 3600_000;

/** Made by this tool with a lifetime up to which a timer is put in: there may be one, of whose bytes nothing is known any more. */
const mayHaveTimer = ({ ours, expiresAt, signedAt }: ListedVm): boolean =>
  ours && expiresAt !== null && expiresAt - signedAt <= guestTimerUpToSeconds * 1000;

/** It is to be put in anew, or taken out, as if it had failed: gc, extend and stop see to that. */
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
 * Live INSTANCEs that are marked as ours, or were adopted by the account's own journal, and that the ledger does not know: it was
 * lost, another machine made them, or an adoption died before its last step.
 */
export const adoptUnknown = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  const unknown = listed.filter(({ id }) => ledger.vm(id) === null);
  const words = unknown.length === 0 ? [] : await (await context.cloud()).accounts.journal(account);
  const adopted: VmRecord[] = [];
  for (const vm of unknown.filter((one) => isClaimed(one, words))) {
    const begun = adoptionUnderWay(ledger, { account, network: context.network, vm: vm.id });
    const row = await rowOfListedVm(context, vm, {
      account,
      name: freeName(context, ledger, begun?.name ?? vm.label),
      operation: begun?.operation ?? operationId(context.random.bytes(5)),
      // The later of metadata and journal: it may have been extended since.
      expiresAt: expiryOfRecord(vm, words) ?? vm.signedAt + unpublishedTtlMs,
    });
    ledger.write('reconcile.adopt', (transaction) => {
      if (transaction.vm(row.id) !== null) return;
      transaction.insertVm(row);
      if (mayHaveTimer(vm)) transaction.putEnforcer(unseenTimer(row));
      auditVm(context, transaction, 'reconcile.adopt', row, { outcome: 'adopted', credits: row.hold, facts: { state: row.state } });
      adopted.push(row);
    });
  }
  return adopted;
};
