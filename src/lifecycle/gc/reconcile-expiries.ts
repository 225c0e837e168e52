import { extendedTerm } from '../../domain/burn/extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { asPublic } from '../../domain/ledger/birth.ts';
import { publishedExpiry } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { birthOf } from '../account/account-rows.ts';
import { publishExtension } from '../extend/publish-extension.ts';
import { auditVm } from '../trail/audit.ts';
import { withLease } from '../trail/lease.ts';

const atRest: readonly VmRecord['state'][] = ['provisioning', 'healthy', 'unreachable', 'stopped'];

/** Finishes extensions whose process died, then follows expiries that other machines have published for VMs of this account. */
export const reconcileExpiries = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<void> => {
  await finishExtensions(context, account);
  await followJournal(context, account, listed);
};

const finishExtensions = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  for (const operation of ledger.operations({ account, network: context.network, kind: 'extend', state: 'running' })) {
    const { vm } = extensionOf(operation).subject;
    const work = async (): Promise<void> => {
      if (ledger.operation(operation.id)?.state === 'running') await publishExtension(context, operation.id);
    };
    await withLease(context, vm, 0, work).catch((problem) => {
      const expected = problem instanceof Failure && (problem.code === 'VM_BUSY' || problem.code === 'EXTENSION_UNPUBLISHED');
      if (!expected) throw problem;
    });
  }
};

/** Takes over later expiries that two CCN hosts have, with the hold that the longer life needs: the public expiry is the one of record. */
const followJournal = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<void> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const rows = ledger.vms({ account, network: context.network, states: atRest });
  if (rows.length === 0) return;
  const journals = await cloud.accounts.journal(account);
  for (const { id } of rows.filter((vm) => (publishedExpiry(journals, vm.id) ?? 0) > vm.expiresAt)) {
    ledger.write('reconcile.expiry', (transaction) => {
      const vm = transaction.vm(id)!;
      const until = publishedExpiry(journals, id) ?? 0;
      if (until <= vm.expiresAt || !atRest.includes(vm.state)) return;
      const born = (row: VmRecord): VmRecord => asPublic(row, birthOf(transaction, row.id, listed), null);
      const attempts = transaction.vms({ operation: vm.operation }).map(born);
      const { expiresAt, ttlSeconds, hold } = extendedTerm(born(vm), until, new Exact(vm.rate), attempts);
      const row = transaction.updateVm(id, { expiresAt, ttlSeconds, hold, updatedAt: context.clock.now() });
      const facts = { from: formatInstant(vm.expiresAt), to: formatInstant(until) };
      auditVm(context, transaction, 'reconcile.expiry', row, { outcome: 'extended elsewhere', credits: hold - vm.hold, facts });
    });
  }
};
