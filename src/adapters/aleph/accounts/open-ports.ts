import { isIPv6 } from 'node:net';
import * as z from 'zod';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { OpenPorts } from '../../../ports/network/open-ports.ts';
import { type Ask, mib } from '../http/http.ts';
import { isVmIpv4, type Near } from '../http/public-address.ts';
import { readJson } from '../http/read-json.ts';

const list = z.record(z.string(), z.unknown());
const mapping = z.object({ host: z.int().min(1).max(65_535), tcp: z.boolean().nullish(), udp: z.boolean().nullish() });
const entryShape = z.object({
  networking: z.object({
    host_ipv4: z.string().nullish(),
    ipv6_ip: z.string().nullish(),
    mapped_ports: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const silent: OpenPorts = { answered: false, host: null, ipv6: null, ports: [] };

/**
 * Where a VM's ports are reachable: the node chooses host ports, and only its v2 list tells them (protocol-crn.md §5.2). An address that
 * it may not name (`isVmIpv4`) is left out.
 */
export const openPorts = async (ask: Ask, node: NodeRef, id: string, near: Near): Promise<OpenPorts> => {
  const found = readJson(await ask(`${node.url}/v2/about/executions/list`, { limitBytes: 4 * mib, timeoutMs: 15_000 }), list);
  if (found.kind !== 'value') return silent;
  const networking = Object.hasOwn(found.value, id) ? entryShape.safeParse(found.value[id]).data?.networking : undefined;
  const host = networking?.host_ipv4 ?? '';
  const ipv6 = networking?.ipv6_ip ?? '';
  return {
    answered: true,
    host: isVmIpv4(host, near) ? host : null,
    ipv6: isIPv6(ipv6) ? ipv6 : null,
    ports: Object.entries(networking?.mapped_ports ?? {})
      .flatMap(([port, value]) => {
        const mapped = /^[1-9]\d{0,4}$/.test(port) ? mapping.safeParse(value).data : undefined;
        return mapped === undefined
          ? []
          : [{ port: Number(port), hostPort: mapped.host, tcp: mapped.tcp === true, udp: mapped.udp === true }];
      })
      .sort((a, b) => a.port - b.port),
  };
};
