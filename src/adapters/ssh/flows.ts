import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ExecRequest } from './exec-request.ts';

/**
 * Feeds the command and takes its output, side by side. Rejects with the failure of whoever reads or writes here; that the command
 * stopped reading is its own business, and its exit code tells.
 */
export const flows = async (
  { feed, take }: Pick<ExecRequest, 'feed' | 'take'>,
  { stdin, stdout }: { stdin: Writable | null; stdout: Readable | null },
): Promise<void> => {
  await Promise.all([
    feed === undefined || stdin === null ? undefined : pour(feed, stdin),
    take === undefined || stdout === null ? undefined : take(stdout),
  ]);
};

const pour = async (feed: AsyncIterable<Uint8Array>, stdin: Writable): Promise<void> => {
  const source = Readable.from(feed, { objectMode: false });
  let failed: unknown = null;
  source.once('error', (error) => {
    failed = error;
  });
  await pipeline(source, stdin).catch((error: NodeJS.ErrnoException) => {
    if (failed !== null && failed === error && !['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].includes(error.code ?? '')) throw error;
  });
};
