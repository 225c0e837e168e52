import { utils } from 'ethers';
import { type CoreNode, coreNodes } from '../../world/core-nodes.ts';
import type { DevnetRandom } from '../../world/random.ts';
import type { NodeGpu, NodeSpec } from '../world/node-spec.ts';

/** These many nodes at the front are sound under every seed, so that a small devnet works. */
const soundNodes = 3;

const g1Versions = ['1.14.0', '1.14.0', '1.13.0', '1.12.0'];
const g2Versions = ['2.1.0', '2.1.0', '2.1.1'];
const words = [
  'Aurora',
  'Basalt',
  'Cinder',
  'Delta',
  'Ember',
  'Fjord',
  'Granite',
  'Harbor',
  'Isle',
  'Juniper',
  'Kelp',
  'Lumen',
  'Moraine',
  'Nadir',
];

const gpu = (index: number): NodeGpu => ({
  vendor: 'NVIDIA',
  model: 'H100',
  device_name: 'GH100 [H100 PCIe]',
  device_class: '0302',
  pci_host: `0000:0${1 + (index % 8)}:00.0`,
  device_id: '10de:2331',
  compatible: true,
});

/** The smallest card that the network prices: small devnets have room for a VM with it. */
const smallGpu = (): NodeGpu => ({
  vendor: 'NVIDIA',
  model: 'RTX 4000 ADA',
  device_name: 'AD104GL [RTX 4000 SFF Ada Generation]',
  device_class: '0300',
  pci_host: '0000:01:00.0',
  device_id: '10de:27b0',
  compatible: true,
});

const address = (random: DevnetRandom): string => utils.getAddress(`0x${random.hex(20)}`);

/** The core node that a drawn number falls to. */
const parentOf = (drawn: string, [first, second]: readonly [CoreNode, CoreNode]): string =>
  Number.parseInt(drawn.slice(-1), 16) % 2 === 0 ? first.hash : second.hash;

const seedNode = (root: DevnetRandom, parents: readonly [CoreNode, CoreNode], index: number, at: number): NodeSpec => {
  const random = root.fork(`node/${index}`);
  const chance = (probability: number): boolean => random.fraction() < probability && index >= soundNodes;
  const generation = index < soundNodes ? (index % 2 === 0 ? 'G2' : 'G1') : random.fraction() < 0.5 ? 'G1' : 'G2';
  const cores = random.pick(index < soundNodes ? [16, 32] : [4, 8, 16, 16, 32, 64]);
  const memoryMib = cores * 1024 * random.pick([2, 4, 4, 8]) + (index < soundNodes ? 32 * 1024 : 0);
  const diskMib = cores * 1024 * random.pick([40, 80, 120]);
  const crowding = chance(0.1) ? 1 : random.fraction() * 0.6;
  const hostable = Math.max(0, memoryMib - 2048 - 8192);
  const linked = !chance(0.05);
  const dead = chance(0.06);
  const withGpu = chance(0.04);
  const ipv6Vm = !chance(0.04);
  const reward = address(random);
  return {
    index,
    hash: random.hex(32),
    name: `${random.pick(words)} ${index}`,
    generation,
    version: chance(0.05) ? '1.9.2' : random.pick(generation === 'G1' ? g1Versions : g2Versions),
    owner: address(random),
    reward,
    score: !linked || chance(0.03) ? 0 : index < soundNodes ? 0.97 - index / 100 : Math.round((0.35 + random.fraction() * 0.6) * 1e6) / 1e6,
    performance: Math.round(random.fraction() * 1e6) / 1e6,
    decentralization: Math.round((0.5 + random.fraction() / 2) * 1e6) / 1e6,
    registeredAt: Math.floor(at / 1000) - 86_400 * (30 + random.integer(900)),
    linked,
    parent: linked ? parentOf(random.hex(32), parents) : null,
    terms: chance(0.05) ? random.hex(32) : '',
    cores,
    memoryMib,
    diskMib,
    committed: {
      memoryMib: Math.floor((hostable * crowding) / 2048) * 2048,
      vcpus: Math.floor(cores * 4 * crowding * 0.5),
      diskMib: Math.floor(diskMib * Math.min(0.9, crowding) * 0.7),
    },
    load: random.fraction() * 0.7,
    ipv6: { host: !chance(0.02), vm: ipv6Vm },
    ipv6Prefix: `2001:db8:${(0x1000 + index).toString(16)}:${random.integer(0xffff).toString(16)}`,
    qemu: !chance(0.02),
    confidential: chance(0.05) || index === 2,
    gpus: withGpu ? [gpu(index)] : index === 1 ? [smallGpu()] : [],
    dead,
    listing: {
      usage: chance(0.03) ? 'missing' : 'fresh',
      ipv6: chance(0.03) ? 'missing' : chance(0.03) ? 'result' : 'vm',
      trailingSlash: chance(0.1),
      lockedText: chance(0.2),
      inactiveForS: dead && chance(0.4) ? 3600 * (1 + random.integer(400)) : null,
    },
  };
};

/** `count` nodes as the seed has them: both generations, some full, some dead, some of which the list tells less or more than is true. */
export const seedNodes = (random: DevnetRandom, count: number, at: number): NodeSpec[] => {
  const parents = coreNodes(random);
  return Array.from({ length: count }, (_, index) => seedNode(random.fork('nodes'), parents, index, at));
};
