import { sha256Hex } from './item-hash.ts';

export interface Image {
  name: string;
  displayName: string;
  /** The STORE message that a root file system names as its parent (protocol-ccn §7.4). */
  hash: string;
  fileHash: string;
  bytes: number;
}

const MIB = 1024 * 1024;
const image = (name: string, displayName: string, hash: string, mib: number): Image => ({
  name,
  displayName,
  hash,
  fileHash: sha256Hex(`devnet image ${name}`),
  bytes: mib * MIB,
});

/** The images that the network is known to have. The sizes are ours; what matters is that they fit into 20 GiB. */
export const images: readonly Image[] = [
  image('debian12', 'Debian 12', 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717', 2048),
  image('ubuntu22', 'Ubuntu 22.04', '4a0f62da42f4478544616519e6f5d58adb1096e069b392b151d47c3609492d0c', 2252),
  image('ubuntu24', 'Ubuntu 24.04', '5330dcefe1857bcd97b7b7f24d1420a7d46232d53f27be280c8a7071d88bd84e', 3584),
];

export const vmImages = {
  rootfs: Object.fromEntries(
    images.map((one) => [
      one.name,
      { hash: one.hash, display_name: one.displayName, description: null, min_disk_mib: 20480, deprecated: false },
    ]),
  ),
  runtimes: {},
  firmwares: { 'ovmf-default': { hash: 'ba5bb13f3abca960b101a759be162b229e2b7e93ecad9d1307e54de887f177ff' } },
  defaults: { rootfs: 'ubuntu24', firmware: 'ovmf-default' },
};
