import type { GuestHost } from '../../guests/guest-host.ts';
import type { Faults } from '../../http/faults.ts';
import type { Chain } from '../../world/chain.ts';
import type { DevnetClock } from '../../world/clock.ts';
import type { DevnetRandom } from '../../world/random.ts';
import type { NodeSpec } from './node-spec.ts';
import type { NodeState, Vm } from './node-state.ts';
import type { OwnerChecks } from './owner-checks.ts';
import type { Waiting } from './vm-waiting.ts';

/** What all nodes of a devnet have in common. */
export interface CrnWorld {
  clock: DevnetClock;
  random: DevnetRandom;
  faults: Faults;
  chain: Chain;
  guests: GuestHost;
}

/** One running node. */
export interface Crn {
  world: CrnWorld;
  checks: OwnerChecks;
  spec: NodeSpec;
  state: NodeState;
  /** `crn-<n>`: its name in faults. */
  host: string;
  /** The node's URL, without a trailing slash. */
  address: string;
  /** The address's host name: what operation signatures must carry. */
  domain: string;
  /** Cancels the VM's next transition. */
  pending: Map<string, () => void>;
  /** Who waits for a VM to come up or to end. */
  waiting: Waiting;
}

/** Out of reach: by the seed or by a fault. */
export const isDead = (crn: Crn): boolean => crn.spec.dead || crn.world.faults.holds(crn.host, 'dead') !== null;

export const liveVms = (crn: Crn): Vm[] => Object.values(crn.state.vms);
