import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CloudNode } from '../../../ports/network/nodes.ts';
import { agreeing } from '../http/agreeing.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { hearing } from '../http/hearing.ts';
import { mib } from '../http/http.ts';
import { aggregateOf, aggregatePath, officialAggregates } from '../http/official-aggregates.ts';
import type { Near } from '../http/public-address.ts';
import { type NodeEntries, nodeEntries } from './node-entry.ts';

const shape = aggregateOf(officialAggregates.corechannel, z.object({ corechannel: z.object({ resource_nodes: z.array(z.unknown()) }) }));
const keptMs = 60_000;
/** Several MB take their time from a host that is sound. */
const leastMs = 2_000;

export interface Corechannel {
  /** All nodes, from the first host that answers. */
  nodes(): Promise<NodeEntries>;
  /** The node whose address two hosts give alike; null when they differ or it is not there. `NETWORK_UNAVAILABLE` below two answers. */
  confirm(hash: string): Promise<NodeRef | null>;
}

/** The registry of nodes as the CCN hosts hold it (protocol-ccn.md §6.4). Several MB, so a host's answer serves for a minute. */
export const corechannel = (ccn: CcnHosts, clock: Clock, near: Near): Corechannel => {
  const path = aggregatePath(officialAggregates.corechannel, 'corechannel');
  const heard = hearing(ccn);
  const kept = new Map<string, { at: number; nodes: Promise<NodeEntries | null> }>();

  const read = async (host: string, signal?: AbortSignal): Promise<NodeEntries | null> => {
    const options = { limitBytes: 24 * mib, timeoutMs: 30_000, connectMs: 20_000, ...(signal === undefined ? {} : { signal }) };
    const reading = await heard.from(host, path, shape, options);
    return reading.kind === 'value' ? nodeEntries(reading.value.data.corechannel.resource_nodes, near) : null;
  };
  const nodesOf = async (host: string, signal?: AbortSignal): Promise<NodeEntries | null> => {
    const last = kept.get(host);
    if (last !== undefined && clock.now() - last.at < keptMs) return last.nodes;
    const nodes = read(host, signal);
    kept.set(host, { at: clock.now(), nodes });
    const found = await nodes.catch((error: unknown) => {
      kept.delete(host);
      throw error;
    });
    if (found === null) kept.delete(host);
    return found;
  };

  return {
    nodes: async () => {
      for (const host of ccn.inOrder()) {
        const found = await nodesOf(host);
        if (found !== null) return found;
      }
      throw new Failure('NETWORK_UNAVAILABLE', 'Neither the node list nor the registry of any CCN host can be read.');
    },
    confirm: async (hash) => {
      const word = async (host: string, signal: AbortSignal) => {
        const found = await nodesOf(host, signal);
        return found === null ? null : { node: found.nodes.find((node) => node.hash === hash) ?? null };
      };
      const found = await agreeing<{ node: CloudNode | null }>(ccn, {
        about: `CRN ${shortId(hash)}`,
        read: word,
        print: ({ node }) => node?.url ?? '',
        says: ({ node }) => (node === null ? 'not there' : `at ${node.url}`),
        enough: 'two',
        leastMs,
      });
      if (found.kind === 'open' && found.answered < 2) {
        const silence = heard.silence(`confirm CRN ${shortId(hash)}`);
        throw (
          silence ??
          new Failure('NETWORK_UNAVAILABLE', `Two CCN hosts must confirm node ${hash}; ${found.answered} of ${ccn.hosts.length} answered.`)
        );
      }
      const node = found.kind === 'settled' ? found.value.node : null;
      return node === null ? null : { hash: node.hash, untrustedName: node.untrustedName, url: node.url };
    },
  };
};
