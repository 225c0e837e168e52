import { Failure } from '../../domain/failure/failure.ts';
import type { NodeRef } from '../../domain/ledger/vm-record.ts';
import type { Cache } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { Cloud } from '../../ports/network/cloud.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import type { Random } from '../../ports/random.ts';
import type { NetworkHosts } from '../../ports/settings.ts';
import { balance, held, surestBalance } from './accounts/balance.ts';
import { burn, burns } from './accounts/burn.ts';
import { expenses } from './accounts/expenses.ts';
import { forwards, forwardsContent, hasForwards, rereadForwards } from './accounts/forwards.ts';
import { goneSentBy } from './accounts/gone-sent-by.ts';
import { grantedBy } from './accounts/granted-by.ts';
import { headContent, journal, journalContent, journalRemovalContent } from './accounts/journal.ts';
import { movements } from './accounts/movements.ts';
import { openPorts } from './accounts/open-ports.ts';
import { publishedHeads } from './accounts/published-heads.ts';
import { purchases } from './accounts/purchases.ts';
import { removing } from './accounts/removing.ts';
import { grantsShown, security, securityContent } from './accounts/security.ts';
import { transfers } from './accounts/transfers.ts';
import { atMostAtOnce } from './http/at-once.ts';
import { ccnHosts, type HostNotes } from './http/ccn-hosts.ts';
import { clockSkew } from './http/clock-skew.ts';
import { type Ask, askWith, patienceOf } from './http/http.ts';
import { isAllowed, type Near, nodeUrl } from './http/public-address.ts';
import { forgetContent, forwardsRemovalContent } from './messages/ending-content.ts';
import { imageExists, images } from './messages/images.ts';
import { instanceContent } from './messages/instance-content.ts';
import { listOwned } from './messages/list-owned.ts';
import { listSentBy } from './messages/list-sent.ts';
import { channelOf, endsOf, statusOf, statusSoon } from './messages/message-status.ts';
import { publish } from './messages/publish.ts';
import { publishEverywhere } from './messages/publish-everywhere.ts';
import { rejectionOf } from './messages/rejection.ts';
import { assertNetwork, loadSdk, loadSdkInPieces, signMessage } from './messages/sign-message.ts';
import { signedTransfer } from './messages/signed-transfer.ts';
import { storedVm } from './messages/stored-vm.ts';
import { creditChannel, transferContent } from './messages/transfer-content.ts';
import { verifier } from './messages/verify-message.ts';
import { consoleLog } from './nodes/console-log.ts';
import { corechannel } from './nodes/corechannel.ts';
import { eraseOnNode } from './nodes/erase-on-node.ts';
import { nodeView, sshSamples } from './nodes/executions.ts';
import { inspectNode } from './nodes/inspect-node.ts';
import { minimumNodeVersion } from './nodes/minimum-node-version.ts';
import { nodeList } from './nodes/node-list.ts';
import { nodeListUrl } from './nodes/node-list-url.ts';
import { operateOnNode } from './nodes/operate-on-node.ts';
import { nodeVersion, probe } from './nodes/probe.ts';
import { placement } from './nodes/scheduler.ts';
import { schedulerNodes } from './nodes/scheduler-nodes.ts';
import { startOnNode } from './nodes/start-on-node.ts';
import { gpuDevices } from './prices/gpu-devices.ts';
import { prices } from './prices/prices.ts';
import { quote } from './prices/quote.ts';
import { vmPrice } from './prices/vm-price.ts';

export interface CloudSetup {
  /** Its name: keys belong to it. */
  network: string;
  hosts: NetworkHosts;
  fetch: typeof globalThis.fetch;
  clock: Clock;
  /** What bounds sockets, where that is not the machine's clock. */
  bounds?: Clock | undefined;
  random: Random;
  cache: Cache;
  /** Hears what is found beside what was asked for. */
  warn?: ((code: string, message: string) => void) | undefined;
  /** Ends whatever is under way (`INTERRUPTED`). */
  signal?: AbortSignal | undefined;
  /** The end of the call: until then a host is read on that was not waited for. */
  over?: AbortSignal | undefined;
  /** What is known of its hosts, where several share it. */
  notes?: HostNotes | undefined;
}

type Skews = Awaited<ReturnType<typeof clockSkew>>;
const skewKeptMs = 60_000;

/** The network behind the `Cloud` port. Opens no connection. `CONFIG_INVALID` for hosts that may not be one. */
export const openCloud = (setup: CloudSetup): Cloud => {
  const { network, hosts, clock, random, cache, signal, over, notes } = setup;
  const near: Near = hosts.control !== null ? 'machine' : hosts.private ? 'network' : 'nowhere';
  for (const url of [...hosts.ccn, hosts.crnsList, hosts.scheduler]) assertHost(url, near);
  const asking = atMostAtOnce(askWith(setup.fetch, signal, setup.bounds), signal);
  let hasAsked = (): void => {};
  const firstQuestion = new Promise<void>((resolve) => {
    hasAsked = resolve;
  });
  const ask: Ask = (url, question) => {
    const answer = asking(url, question);
    hasAsked();
    return answer;
  };
  const patience = patienceOf(setup.bounds);
  const contradicted = (says: string): void => setup.warn?.('HOST_CONTRADICTS', says);
  const ccn = ccnHosts({ urls: hosts.ccn, ask, clock, random, patience, contradicted, signal, over, notes });
  const verifies = verifier();
  const registry = corechannel(ccn, clock, near);
  const scheduler = hosts.scheduler.replace(/\/+$/, '');
  const listUrl = nodeListUrl(hosts.crnsList);

  /** What a ledger or caller holds as a node is checked again before anything connects to it. */
  const reachable = (node: NodeRef): boolean => nodeUrl(node.url, near) === node.url;

  let told: { at: number; skews: Skews } = { at: Number.NEGATIVE_INFINITY, skews: [] };
  const skewsNow = async (): Promise<Skews> => {
    const skews = await clockSkew(ccn, clock);
    told = { at: clock.now(), skews };
    return skews;
  };
  /** What nodes take for now. Hosts that told the time within a minute of a clock that nobody has set since are not asked again. */
  const networkNow = async (): Promise<number> => {
    const ageMs = clock.now() - told.at;
    const known = told.skews.length > 0 && ageMs >= 0 && ageMs < skewKeptMs ? told.skews : await skewsNow();
    const skews = known.map((word) => word.skewMs).sort((a, b) => a - b);
    return clock.now() - (skews[Math.floor((skews.length - 1) / 2)] ?? 0);
  };

  /** A key of another network is refused before any content is built. */
  const signed = async (
    kind: SignedMessage['kind'],
    content: () => Parameters<typeof signMessage>[1],
    signer: Signer,
    channel?: string | null,
  ): Promise<SignedMessage> => {
    assertNetwork(signer, network);
    return signMessage(kind, content(), signer, channel ?? undefined);
  };

  return {
    network,
    hosts: ccn.hosts,
    since: clock.now,
    clockSkew: skewsNow,
    accounts: {
      balance: (address) => balance(ccn, address),
      surestBalance: (address) => surestBalance(ccn, address),
      held: (address) => held(ccn, address),
      burn: (address) => burn(ccn, address),
      burns: (address) => burns(ccn, address),
      removing: (sender) => removing(ccn, sender),
      expenses: (address, since) => expenses(ccn, address, since),
      movements: (address, since) => movements(ccn, address, since),
      transfers: (address, since) => transfers(ccn, address, since),
      purchases: (address, transaction) => purchases(ccn, address, transaction),
      journal: (address) => journal(ccn, address),
      heads: (address, since, timeoutMs) => publishedHeads(ccn, { address, since, timeoutMs }),
      security: (owner) => security({ ccn, verifies }, owner),
      grantsShown: (owner) => grantsShown(ccn, owner),
      grantedBy: (address) => grantedBy(ccn, address),
      owned: (owner) => listOwned(ccn, owner),
      hasForwards: (owner, id) => hasForwards(ccn, owner, id),
      forwards: (owner, id) => forwards({ ccn, clock, signal }, owner, id),
    },
    messages: {
      statusOf: (id) => statusOf(ccn, id),
      statusSoon: (id) => statusSoon(ccn, id),
      channelOf: (id) => channelOf(ccn, id),
      rejectionOf: (id) => rejectionOf(ccn, id, ccn.hosts),
      endsOf: (id) => endsOf(ccn, id),
      vm: (id) => storedVm(ccn, id),
      listSentBy: (sender) => listSentBy(ccn, sender),
      goneSentBy: (sender) => goneSentBy(ccn, sender),
      images: () => images(ccn),
      transfer: (id) => signedTransfer({ ccn, verifies }, id),
      imageExists: (hash) => imageExists(ccn, hash),
      publish: (message, options) => publish({ ccn, clock }, message, options),
      publishEverywhere: (message, options) => publishEverywhere({ ccn, clock }, message, options),
    },
    nodes: {
      list: (options) => nodeList({ ask, url: listUrl, cache, clock, registry, network, near }, options),
      confirmNode: (hash) => registry.confirm(hash),
      probe: (nodes, timeoutMs, words) => probe({ ask, scheduler, reachable, words }, nodes, timeoutMs),
      versionOf: async (node, timeoutMs) => (reachable(node) ? nodeVersion(ask, node, timeoutMs) : null),
      inspectNode: async (node, timeoutMs) =>
        reachable(node) ? inspectNode(ask, node, timeoutMs) : { ipv6: null, host: null, running: null },
      schedulerNodes: () => schedulerNodes(ask, scheduler, cache),
      minimumNodeVersion: () => minimumNodeVersion(ccn, cache),
      nodeView: async (node, id) =>
        reachable(node) ? nodeView(ask, node, id, near) : { state: 'unreachable', endpoint: null, endpoint6: null, ipv6: null },
      placement: (id) => placement(ask, scheduler, id),
      openPorts: async (node, id) =>
        reachable(node) ? openPorts(ask, node, id, near) : { answered: false, host: null, ipv6: null, ports: [] },
      sshSamples: (nodes) => sshSamples(ask, nodes.filter(reachable), near),
      startOnNode: async (node, id, timeoutMs, signal) =>
        reachable(node) ? startOnNode(ask, node, id, { timeoutMs, signal }) : 'unreachable',
      rereadForwards: async (node, id, timeoutMs) => (reachable(node) ? rereadForwards(ask, node, id, timeoutMs) : 'unreachable'),
      consoleLog: async (node, id, signer, timeoutMs) => {
        assertNetwork(signer, network);
        return reachable(node) ? consoleLog(ask, node, id, { signer, at: await networkNow() }, timeoutMs) : { answer: 'unreachable' };
      },
      eraseOnNode: async (node, id, signer, timeoutMs) => {
        assertNetwork(signer, network);
        return reachable(node) ? eraseOnNode(ask, node, id, { signer, at: await networkNow() }, timeoutMs) : 'unreachable';
      },
      operateOnNode: async (node, id, operation, signer, timeoutMs) => {
        assertNetwork(signer, network);
        return reachable(node) ? operateOnNode(ask, node, { id, operation, signer, at: await networkNow() }, timeoutMs) : 'unreachable';
      },
    },
    prices: {
      table: () => prices(ccn),
      gpuDevices: () => gpuDevices(ccn),
      quote: (order, table) => quote(ccn, { ...order, at: clock.now() }, table),
      priceOf: (id) => vmPrice(ccn, id),
    },
    signing: {
      prepare: async () => void (await loadSdk()),
      prepareMeanwhile: () => firstQuestion.then(loadSdkInPieces),
      create: (order, signer) => signed('INSTANCE', () => instanceContent(order), signer, order.channel),
      forget: (order, signer) => signed('FORGET', () => forgetContent(order), signer),
      forwardsRemoval: (order, signer) => signed('AGGREGATE', () => forwardsRemovalContent(order), signer, order.channel),
      forwards: (order, signer) => signed('AGGREGATE', () => forwardsContent(order), signer, order.channel),
      journal: (order, signer) => signed('AGGREGATE', () => journalContent({ ...order, address: signer.address }), signer),
      journalRemoval: (order, signer) => signed('AGGREGATE', () => journalRemovalContent({ ...order, address: signer.address }), signer),
      security: (order, signer) => signed('AGGREGATE', () => securityContent({ ...order, owner: signer.address }), signer),
      transfer: (order, signer) => signed('POST', () => transferContent(order, order.from ?? signer.address), signer, creditChannel),
      head: (head, signer) => signed('AGGREGATE', () => headContent(head, signer.address), signer),
    },
  };
};

const assertHost = (text: string, near: Near): void => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isAllowed(url.hostname, near === 'network' ? 'network' : 'machine')))
    return;
  const right = 'it must be an https URL, or http on this machine, or, on a private network, at a private address';
  throw new Failure('CONFIG_INVALID', `"${text}" cannot be a host of a network: ${right}.`);
};
