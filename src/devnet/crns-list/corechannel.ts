import type { NodeSpec } from '../crn/world/node-spec.ts';
import { type CoreNode, coreNodes } from '../world/core-nodes.ts';
import type { DevnetRandom } from '../world/random.ts';
import { corechannelNode } from './corechannel-node.ts';

/** Who publishes the `corechannel` aggregate (protocol-ccn.md 6.3). */
export const corechannelOwner = '0xa1B3bb7d2332383D96b7796B908fB7f7F3c2Be10';

const DAY_SECONDS = 86_400;

/** One of `corechannel.nodes[]`; core nodes were there a day before the first node that is linked to them. */
const coreNode = ({ hash, name }: CoreNode, specs: readonly NodeSpec[]): Record<string, unknown> => ({
  hash,
  name,
  time: Math.min(...specs.map((spec) => spec.registeredAt)) - DAY_SECONDS,
  owner: corechannelOwner,
  score: 0.9,
  score_updated: true,
  decentralization: 0.9,
  performance: 0.9,
  reward: corechannelOwner,
  multiaddress: '',
  status: 'active',
  manager: '',
  locked: false,
  authorized: [],
  picture: '',
  banner: '',
  description: '',
  registration_url: '',
  resource_nodes: specs.filter((spec) => spec.parent === hash).map((spec) => spec.hash),
  stakers: {},
  total_staked: 500_000,
  has_bonus: true,
});

/** The `corechannel` aggregate: two core nodes, and every compute node at the address where the devnet has it. */
export const corechannel = (random: DevnetRandom, specs: readonly NodeSpec[], addresses: readonly string[]): Record<string, unknown> => ({
  nodes: coreNodes(random).map((node) => coreNode(node, specs)),
  resource_nodes: specs.map((spec, index) => corechannelNode(spec, addresses[index] ?? '')),
});
