import { statfs } from 'node:fs/promises';
import { Failure } from '../../domain/failure/failure.ts';

const mib = 1_048_576;
/** So much always stays free: what a VM sends never fills the disk that the ledger is on. */
const staysFree = 64 * mib;

/** Fails with `COPY_FAILED` where so many bytes more would leave the disk of this folder nearly full. */
export const requireRoom = async (folder: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes + staysFree <= free) return;
  throw new Failure(
    'COPY_FAILED',
    `"${folder}" has ${Math.floor(free / mib)} MiB free, which is too little for what the VM sends: ${staysFree / mib} MiB always stay free. Nothing was kept.`,
    { facts: { reason: 'noRoom', path: folder } },
  );
};
