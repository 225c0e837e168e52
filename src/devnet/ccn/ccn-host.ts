import type { Faults } from '../http/faults.ts';
import type { DevnetClock } from '../world/clock.ts';
import type { CcnNode } from './ccn-node.ts';
import type { RequirementsRule } from './content/instance.ts';
import type { Incoming } from './message.ts';

/** One host's HTTP surface over its node. */
export interface CcnHost {
  /** As faults name it: ccn-a or ccn-b. */
  name: 'ccn-a' | 'ccn-b';
  node: CcnNode;
  clock: DevnetClock;
  faults: Faults;
  requirementsRule: RequirementsRule;
  /** How long a synchronous poster is kept waiting for a verdict, ms (30 s: protocol-ccn §12.4). */
  syncMs: number;
  /** Hands a message on to the other host, after the delay. */
  gossip(message: Incoming): void;
}
