import type { NodeSpec } from '../crn/world/node-spec.ts';

/** One of `corechannel.resource_nodes[]`: what the network itself knows of a compute node (protocol-ccn.md 6.4). */
export const corechannelNode = (spec: NodeSpec, address: string): Record<string, unknown> => ({
  hash: spec.hash,
  name: spec.name,
  time: spec.registeredAt,
  type: 'compute',
  owner: spec.owner,
  score: spec.score,
  banner: '',
  locked: spec.listing.lockedText ? '' : false,
  parent: spec.parent,
  reward: spec.reward,
  status: spec.linked ? 'linked' : 'waiting',
  address: spec.listing.trailingSlash ? `${address}/` : address,
  manager: '',
  picture: '',
  authorized: spec.listing.lockedText ? '' : [],
  description: '',
  performance: spec.performance,
  multiaddress: '',
  score_updated: true,
  stream_reward: spec.reward,
  inactive_since: null,
  decentralization: spec.decentralization,
  registration_url: '',
  terms_and_conditions: spec.terms,
});
