import type { NodeRef, VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver } from '../../domain/money/money.ts';
import { usualRate } from '../../domain/money/product-price.ts';
import { isName, randomName } from '../../domain/text/names.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { liveNamesake } from '../caller/live-namesake.ts';
import { answeringEndpoint } from '../reach/probe-ssh.ts';

interface Found {
  account: string;
  name: string;
  operation: string;
  expiresAt: number;
}

/**
 * Makes the row of a live VM that the ledger does not know, from what network, node and SSH say of it now. The VM is `healthy` only where
 * SSH answers and `stopped` where its node says so, else `unreachable`; each of them stays in the burn.
 */
export const rowOfListedVm = async (
  context: ReadContext,
  vm: ListedVm,
  { account, name, operation, expiresAt }: Found,
): Promise<VmRecord> => {
  const [rate, node] = await Promise.all([rateNow(context, vm), nodeNow(context, vm)]);
  const place = await placeNow(context, vm.id, node);
  const ttlSeconds = Math.max(0, Math.round((expiresAt - vm.signedAt) / 1000));
  return {
    id: vm.id,
    name,
    label: vm.label ?? '',
    network: context.network,
    account,
    payer: vm.owner ?? account,
    agent: null,
    task: null,
    operation,
    attempt: 1,
    spec: vm.spec,
    node,
    ttlSeconds,
    signedAt: vm.signedAt,
    expiresAt,
    processedAt: vm.signedAt,
    healthyAt: null,
    stoppingAt: null,
    terminatedAt: null,
    notifiedAt: null,
    rate,
    hold: creditsOver(new Exact(rate), ttlSeconds),
    ending: null,
    protected: false,
    receipt: null,
    settled: false,
    billed: 0n,
    billedAt: null,
    updatedAt: context.clock.now(),
    ...place,
  };
};

/** Returns the VM's public label where that can be a name and is free, else a random name. */
export const freeName = (
  context: Pick<ReadContext, 'random' | 'network' | 'caller'>,
  ledger: Pick<LedgerReader, 'vmNamed'>,
  label: string | null,
): string =>
  label !== null && isName(label) && liveNamesake(ledger, context, label) === null ? label : randomName(context.random.bytes(4));

/** Returns the VM's rate, credits per second. A price that cannot be read counts at the usual rate: in doubt the VM stays in the burn. */
export const rateNow = async (context: ReadContext, vm: ListedVm): Promise<string> => {
  const price = await (await context.cloud()).prices.priceOf(vm.id).catch(() => null);
  return new Exact(price?.perSecond ?? usualRate(vm.spec)).toFixed(18);
};

/**
 * Returns the VM's node as two CCN hosts know it, else as the node list does. Other clients pin no node: then the scheduler knows where the
 * VM is.
 */
const nodeNow = async (context: ReadContext, vm: ListedVm): Promise<NodeRef> => {
  const cloud = await context.cloud();
  const hash = vm.nodeHash ?? (await cloud.nodes.placement(vm.id)).node;
  if (hash === null) return { hash: '', untrustedName: '', url: '' };
  const confirmed = await cloud.nodes.confirmNode(hash).catch(() => null);
  if (confirmed !== null) return confirmed;
  const listed = await cloud.nodes.list().then(
    ({ nodes }) => nodes.find((node) => node.hash === hash),
    () => undefined,
  );
  const { untrustedName, url } = listed ?? { untrustedName: '', url: '' };
  return { hash, untrustedName, url };
};

const placeNow = async (context: ReadContext, id: string, node: NodeRef): Promise<Pick<VmRecord, 'state' | 'endpoint' | 'ipv6'>> => {
  const view = await (await context.cloud()).nodes.nodeView(node, id);
  if (view.state === 'stopped') return { state: 'stopped', endpoint: view.endpoint, ipv6: view.ipv6 };
  const answering = view.state === 'running' ? await answeringEndpoint(context, view) : null;
  const state = answering === null ? 'unreachable' : 'healthy';
  return { state, endpoint: answering ?? view.endpoint ?? view.endpoint6, ipv6: view.ipv6 };
};
