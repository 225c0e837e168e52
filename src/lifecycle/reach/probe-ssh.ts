import type { SshEndpoint } from '../../domain/ledger/vm-record.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { NodeView } from '../../ports/network/nodes.ts';

const bannerLimitMs = 5_000;

/**
 * Returns the address where SSH answers, null where none does. The mapped IPv4 port and the guest's own IPv6 address are tried together,
 * because either may be out of reach from here; where both answer the mapped port is taken.
 */
export const answeringEndpoint = async (
  context: Pick<ReadContext, 'shell'>,
  { endpoint, endpoint6 }: Pick<NodeView, 'endpoint' | 'endpoint6'>,
): Promise<SshEndpoint | null> => {
  const answers = async (place: SshEndpoint | null): Promise<SshEndpoint | null> =>
    place !== null && (await context.shell.probe(place, bannerLimitMs)) === 'ssh' ? place : null;
  const over6 = answers(endpoint6);
  return (await answers(endpoint)) ?? (await over6);
};
