import type { CcnHost } from '../ccn-host.ts';
import type { Verdict } from '../ccn-node.ts';
import type { Incoming } from '../message.ts';

interface Broadcast {
  publication: { status: 'success' | 'warning'; failed: string[] };
  verdict: Verdict;
  /** What HTTP says of that verdict. */
  status: 200 | 202 | 422;
}

const statusOf = { processed: 200, pending: 202, rejected: 422 } as const;

/** Hands a message to this node and the other; `sync` waits for the end of the first attempt at it, pending where none is heard. */
export const broadcast = async (host: CcnHost, message: Incoming, sync: boolean): Promise<Broadcast> => {
  const muted = host.faults.strike(host.name, 'publication-warning') !== null;
  const heard = sync ? host.node.verdict(message.envelope.item_hash, host.syncMs) : null;
  // What fails on p2p does not come back to the node's own loop either (protocol-ccn §2.1).
  if (!muted) host.node.ingest(message);
  host.gossip(message);
  const verdict = (await heard) ?? 'pending';
  return {
    publication: muted ? { status: 'warning', failed: ['p2p'] } : { status: 'success', failed: [] },
    verdict,
    status: statusOf[verdict],
  };
};
