import * as z from 'zod';
import { type Forward, mergeForwards } from '../../domain/reach/forwards.ts';
import type { OpenPorts } from '../../ports/network/open-ports.ts';
import type { Column } from './columns.ts';

/** One port of a VM and its address from outside. */
export const portOutput = z.object({
  port: z.int(),
  protocols: z.array(z.enum(['tcp', 'udp'])),
  host: z.string().nullable().describe('Public IPv4 of the node'),
  hostPort: z.int().nullable().describe('Chosen by the node'),
  state: z.enum(['open', 'pending', 'closing', 'unknown']).describe('unknown: the node does not answer'),
});

export type PortOutput = z.output<typeof portOutput>;

/** The forwards that were asked for beside those that the node shows. SSH is always listed, asked for or not. */
export const portRows = (wanted: readonly Forward[], open: OpenPorts): PortOutput[] =>
  mergeForwards(wanted, open.ports).map(({ port }) => {
    const asked = wanted.find((forward) => forward.port === port);
    const shown = open.ports.find((forward) => forward.port === port);
    const flags = asked ?? shown!;
    const missing = asked !== undefined && (shown === undefined || (asked.tcp && !shown.tcp) || (asked.udp && !shown.udp));
    return {
      port,
      protocols: [...(flags.tcp ? (['tcp'] as const) : []), ...(flags.udp ? (['udp'] as const) : [])],
      host: shown === undefined ? null : open.host,
      hostPort: shown?.hostPort ?? null,
      state: !open.answered ? 'unknown' : missing ? 'pending' : asked === undefined && port !== 22 ? 'closing' : 'open',
    };
  });

export const portColumns: readonly Column<PortOutput>[] = [
  ['port', 'port'],
  ['protocol', ({ protocols }) => protocols.join('+')],
  ['reached at', ({ host, hostPort }) => (host === null || hostPort === null ? '-' : `${host}:${hostPort}`)],
  ['state', 'state'],
];
