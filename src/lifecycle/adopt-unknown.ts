import { Exact } from '../domain/exact.ts';
import { operationId } from '../domain/ids.ts';
import { publishedExpiry } from '../domain/journal.ts';
import { creditsOver } from '../domain/money.ts';
import { isName, randomName } from '../domain/names.ts';
import { usualRate } from '../domain/product-price.ts';
import type { VmRecord } from '../domain/vm-record.ts';
import type { ListedVm } from '../ports/cloud.ts';
import type { ChangeContext } from '../ports/context.ts';
import { auditVm } from './audit.ts';

/** A message with our marker and no expiry is none that this version writes; it is given a day. */
const unpublishedTtlMs = 24 * 3600_000;

/** Live INSTANCEs with our marker that the ledger does not know: the ledger was lost, or another machine made them. */
export const adoptUnknown = async (context: ChangeContext, account: string, listed: readonly ListedVm[]): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  const cloud = await context.cloud();
  const adopted: VmRecord[] = [];
  const unknown = listed.filter(({ ours, id }) => ours && ledger.vm(id) === null);
  const words = unknown.length === 0 ? [] : await cloud.journal(account);
  for (const vm of unknown) {
    // What cannot be read counts at the usual price: doubt stays in the burn.
    const rate = (await cloud.priceOf(vm.id).catch(() => null))?.perSecond ?? usualRate(vm.spec);
    const [node] = (await cloud.nodes()).nodes.filter(({ hash }) => hash === vm.nodeHash);
    const now = context.clock.now();
    // The later of metadata and journal: it may have been extended since.
    const expiresAt = Math.max(vm.expiresAt ?? vm.signedAt + unpublishedTtlMs, publishedExpiry(words, vm.id) ?? 0);
    const row: VmRecord = {
      id: vm.id,
      name: freeName(context, vm.label),
      label: vm.label ?? '',
      network: context.network,
      account,
      payer: vm.owner,
      task: null,
      operation: operationId(context.random.bytes(5)),
      attempt: 1,
      state: 'healthy',
      spec: vm.spec,
      node: node ?? { hash: vm.nodeHash ?? '', untrustedName: '', url: '' },
      ttlSeconds: Math.max(0, Math.round((expiresAt - vm.signedAt) / 1000)),
      signedAt: vm.signedAt,
      expiresAt,
      processedAt: vm.signedAt,
      healthyAt: null,
      stoppingAt: null,
      terminatedAt: null,
      notifiedAt: null,
      rate: new Exact(rate).toFixed(18),
      hold: creditsOver(rate, Math.max(0, Math.ceil((expiresAt - vm.signedAt) / 1000))),
      endpoint: null,
      ipv6: null,
      ending: null,
      protected: false,
      receipt: null,
      settled: false,
      billed: 0n,
      billedAt: null,
      updatedAt: now,
    };
    ledger.write('reconcile.adopt', (transaction) => {
      if (transaction.vm(row.id) !== null) return;
      transaction.insertVm(row);
      auditVm(context, transaction, 'reconcile.adopt', row, { outcome: 'adopted', credits: row.hold });
      adopted.push(row);
    });
  }
  return adopted;
};

const freeName = (context: ChangeContext, label: string | null): string =>
  label !== null && isName(label) ? label : randomName(context.random.bytes(4));
