import { createHash } from 'node:crypto';
import type { Crn } from '../world/crn.ts';
import type { VmBackup } from '../world/node-state.ts';
import { tarOf } from './tar-of.ts';

const mib = 1024 * 1024;
/** An archive is kept for a day. */
const keptMs = 24 * 3_600_000;

/** Python's isoformat of whole seconds in UTC. */
const isoOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');

/** The head of an empty QCOW2 image of this size: a devnet's disks have no blocks to copy. */
const imageOf = (sizeMib: number): Buffer => {
  const head = Buffer.alloc(72);
  head.write('QFI\xfb', 0, 'latin1');
  head.writeUInt32BE(2, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(BigInt(sizeMib) * BigInt(mib), 24);
  return head;
};

/** The VM's backup that is under way, or made and not a day old; null for none. */
export const backupOf = (crn: Crn, hash: string): VmBackup | null => {
  const backup = crn.state.backups[hash];
  return backup === undefined || crn.world.clock.now() >= backup.readyAt + keptMs ? null : backup;
};

/** `<hash>-20260730T101112Z`, by the time at which it was made. */
export const idOf = (hash: string, { readyAt }: VmBackup): string =>
  `${hash}-${new Date(readyAt).toISOString().replace(/[-:]|\.\d+/g, '')}`;

export const archiveOf = ({ disks, readyAt }: VmBackup): Buffer =>
  tarOf(Object.fromEntries(Object.entries(disks).map(([name, sizeMib]) => [name, imageOf(sizeMib)])), Math.floor(readyAt / 1000));

export const checksumOf = (archive: Buffer): string => `sha256:${createHash('sha256').update(archive).digest('hex')}`;

export const sourceSizes = ({ disks }: VmBackup): Record<string, number> =>
  Object.fromEntries(Object.entries(disks).map(([name, sizeMib]) => [name, sizeMib * mib]));

/** What a node tells of a backup (aleph-vm: controllers/qemu/backup.py), without where it can be had. */
export const backupMetadata = (hash: string, backup: VmBackup) => {
  const archive = archiveOf(backup);
  return {
    backup_id: idOf(hash, backup),
    size: archive.length,
    volumes: Object.keys(backup.disks),
    expires_at: isoOf(backup.readyAt + keptMs),
    checksum: checksumOf(archive),
    source_sizes: sourceSizes(backup),
  };
};
