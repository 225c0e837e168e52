import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { human } from '../../../domain/suggest/fix.ts';
import type { Cache } from '../../../ports/cache.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CloudNode, NodeList } from '../../../ports/network/nodes.ts';
import { type Ask, mib } from '../http/http.ts';
import { type Near, nodeUrl } from '../http/public-address.ts';
import { readJson } from '../http/read-json.ts';
import type { Corechannel } from './corechannel.ts';
import { nodeEntries } from './node-entry.ts';

const shape = z.object({ crns: z.array(z.unknown()) });
const usualAgeMs = 5 * 60_000;
const staleAgeMs = 7 * 24 * 3_600_000;

const figure = z.number().nullable();
const flag = z.boolean();
/** What this version writes to the cache; anything else there is read as nothing. */
const keptNodes = z.array(
  z.object({
    hash: z.string(),
    untrustedName: z.string(),
    url: z.string(),
    score: z.number(),
    version: z.string().nullable(),
    linked: flag,
    active: flag,
    ipv6: flag,
    qemu: flag,
    terms: z.string().nullable(),
    gpu: flag,
    gpus: z.array(
      z.object({
        vendor: z.string(),
        untrustedModel: z.string(),
        untrustedDevice: z.string(),
        deviceClass: z.string(),
        deviceId: z.string(),
      }),
    ),
    confidential: flag,
    owner: z.string(),
    cores: figure,
    memoryTotalMib: figure,
    memoryFreeMib: figure,
    diskFreeMib: figure,
  }),
);

/** The nodes on offer: from the cache while fresh, from the list, from an older copy, from the registry; in this order. */
export const nodeList = async (
  setup: { ask: Ask; url: string; cache: Cache; clock: Clock; registry: Corechannel; network: string; near: Near },
  { maxAgeMs = usualAgeMs }: { maxAgeMs?: number } = {},
): Promise<NodeList> => {
  const { ask, url, cache, clock, registry, network, near } = setup;
  const key = `nodes ${url}`;
  const kept = (ageMs: number): { at: number; nodes: CloudNode[] } | null => {
    const found = cache.read(key, ageMs);
    const nodes = keptNodes.safeParse(found?.value).data?.filter((node) => nodeUrl(node.url, near) === node.url);
    return found === null || nodes === undefined ? null : { at: found.at, nodes };
  };

  const fresh = kept(maxAgeMs);
  if (fresh !== null) return { ...fresh, stale: false, source: 'list' };
  // The list is itself a VM on the network: it may have to start, and to refresh for 10 s (protocol-crn.md §1.1).
  const reading = readJson(await ask(url, { limitBytes: 16 * mib, timeoutMs: 25_000, connectMs: 20_000 }), shape);
  const { nodes, leftOut } = nodeEntries(reading.kind === 'value' ? reading.value.crns : [], near);
  if (nodes.length > 0) {
    cache.write(key, nodes);
    return { nodes, at: clock.now(), stale: false, source: 'list' };
  }
  const older = kept(staleAgeMs);
  if (older !== null) return { ...older, stale: true, source: 'list' };
  const registered = await registry.nodes();
  if (registered.nodes.length === 0) throw noNode(network, Math.max(leftOut, registered.leftOut));
  return { nodes: registered.nodes, at: clock.now(), stale: true, source: 'registry' };
};

const noNode = (network: string, leftOut: number): Failure => {
  const none = 'Neither the node list nor the registry of the CCNs names a usable node';
  if (leftOut === 0) return new Failure('NODE_UNAVAILABLE', `${none}.`);
  const out =
    leftOut === 1 ? '1 node is left out: its address is not public' : `${leftOut} nodes are left out: their addresses are not public`;
  const own = `Declare the network private if "${network}" is one of your own.`;
  return new Failure('NODE_UNAVAILABLE', `${none}. ${out}.`, {
    facts: { leftOut },
    ...(network === 'mainnet' ? {} : { fix: human(own, 'config set', `networks.${network}.private`, 'true') }),
  });
};
