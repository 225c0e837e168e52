import type { DevnetRandom } from './random.ts';

/** A core channel node as the node list knows it. */
export interface CoreNode {
  hash: string;
  name: string;
}

/** The two core nodes of a devnet, to one of which every linked compute node belongs. */
export const coreNodes = (random: DevnetRandom): [CoreNode, CoreNode] => [
  { hash: random.fork('Devnet A').hex(32), name: 'Devnet A' },
  { hash: random.fork('Devnet B').hex(32), name: 'Devnet B' },
];
