import { isIPv6 } from 'node:net';
import * as z from 'zod';
import type { NodeRef, SshEndpoint } from '../../../domain/ledger/vm-record.ts';
import type { NodeView } from '../../../ports/network/nodes.ts';
import { type Ask, mib } from '../http/http.ts';
import { isVmIpv4, isVmIpv6, type Near } from '../http/public-address.ts';
import { readJson } from '../http/read-json.ts';

const port = z.object({ host: z.int().min(1).max(65_535) });
const networking = z
  .object({ host_ipv4: z.string().nullish(), ipv6_ip: z.string().nullish(), mapped_ports: z.record(z.string(), z.unknown()).nullish() })
  .nullish();
const moment = z.string().nullish();
const v2Entry = z.object({
  networking: networking.catch(null),
  running: z.boolean().nullish(),
  status: z.object({ started_at: moment, stopping_at: moment, stopped_at: moment }).nullish().catch(null),
});
const list = z.record(z.string(), z.unknown());
const v1Entry = z.object({ networking: z.object({ ipv6: z.string().nullish() }).nullish().catch(null) });

const question = { limitBytes: 4 * mib, timeoutMs: 15_000 };
const nothing = { endpoint: null, endpoint6: null, ipv6: null };

/** Where to reach SSH, where the node says a place that it may say (`isVmIpv4`). No port is ever guessed. */
const endpoint = (found: z.output<typeof networking>, near: Near): SshEndpoint | null => {
  const host = found?.host_ipv4;
  const mapped = port.safeParse(found?.mapped_ports?.['22']).data;
  if (host == null || mapped === undefined) return null;
  return isVmIpv4(host, near) ? { host, port: mapped.host, user: 'root' } : null;
};

const ipv6 = (address: string | null | undefined): string | null => (address != null && isIPv6(address) ? address : null);

/** The same over IPv6, where every port of the guest is open (protocol-crn.md §5.1). */
const endpoint6 = (address: string | null, near: Near): SshEndpoint | null =>
  address !== null && isVmIpv6(address, near) ? { host: address, port: 22, user: 'root' } : null;

/**
 * What a node says of one VM (protocol-crn.md §2.4): from its v2 list, on very old nodes from v1, which names running VMs only.
 * 1.x nodes drop a stopped VM, so `absent` does not mean that it never was there.
 */
export const nodeView = async (ask: Ask, node: NodeRef, id: string, near: Near): Promise<NodeView> => {
  const v2 = readJson(await ask(`${node.url}/v2/about/executions/list`, question), list);
  if (v2.kind === 'status' && v2.status === 404) return olderView(ask, node, id, near);
  if (v2.kind !== 'value') return { state: 'unreachable', ...nothing };
  if (!Object.hasOwn(v2.value, id)) return { state: 'absent', ...nothing };
  const entry = v2Entry.safeParse(v2.value[id]).data;
  if (entry === undefined) return { state: 'unreachable', ...nothing };
  const { status } = entry;
  const stopped = status?.stopped_at != null || status?.stopping_at != null;
  const running = entry.running ?? (status?.started_at != null && !stopped);
  const state = running ? 'running' : stopped ? 'stopped' : 'preparing';
  const address = ipv6(entry.networking?.ipv6_ip);
  return { state, endpoint: endpoint(entry.networking, near), endpoint6: endpoint6(address, near), ipv6: address };
};

const olderView = async (ask: Ask, node: NodeRef, id: string, near: Near): Promise<NodeView> => {
  const v1 = readJson(await ask(`${node.url}/about/executions/list`, question), list);
  if (v1.kind !== 'value') return { state: 'unreachable', ...nothing };
  if (!Object.hasOwn(v1.value, id)) return { state: 'absent', ...nothing };
  // v1 gives the guest's network; the guest is its first address.
  const network = v1Entry.safeParse(v1.value[id]).data?.networking?.ipv6?.split('/')[0];
  const address = ipv6(network?.replace(/0$/, '1'));
  return { state: 'running', endpoint: null, endpoint6: endpoint6(address, near), ipv6: address };
};

/** The public SSH endpoint of any VM that runs on each of these nodes, one a node at most; nodes without one are left out. */
export const sshSamples = async (ask: Ask, nodes: readonly NodeRef[], near: Near): Promise<SshEndpoint[]> => {
  const sample = async (node: NodeRef): Promise<SshEndpoint | null> => {
    const reading = readJson(await ask(`${node.url}/v2/about/executions/list`, { ...question, timeoutMs: 8_000 }), list);
    if (reading.kind !== 'value') return null;
    for (const value of Object.values(reading.value)) {
      const entry = v2Entry.safeParse(value).data;
      const found = entry?.running === true ? endpoint(entry.networking, near) : null;
      if (found !== null) return found;
    }
    return null;
  };
  return (await Promise.all(nodes.map(sample))).filter((found) => found !== null);
};

/** How many VMs a node runs or prepares, by its own public list; null when it does not say. */
export const runningCount = async (ask: Ask, node: NodeRef, timeoutMs: number): Promise<number | null> => {
  const reading = readJson(await ask(`${node.url}/v2/about/executions/list`, { ...question, timeoutMs }), list);
  if (reading.kind !== 'value') return null;
  return Object.values(reading.value).filter((value) => v2Entry.safeParse(value).data?.status?.stopped_at == null).length;
};
