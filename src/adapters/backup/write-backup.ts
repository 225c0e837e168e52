import { type FileHandle, open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-stream';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { dateOf } from '../../domain/text/instant.ts';
import { diskTrouble } from './unfit.ts';

/** A file that goes into a backup. */
export interface Part {
  path: string;
  bytes: number;
  contents(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const isThere = (path: string): Failure =>
  new Failure('USAGE', `"${path}" is there already, and a backup never overwrites a file.`, {
    sideEffects: 'none',
    fix: human('Name another file.'),
    facts: { path },
  });

const fill = async (file: FileHandle, parts: readonly Part[], { at, signal }: { at: number; signal: AbortSignal }): Promise<void> => {
  const archive = tar.pack();
  const mtime = dateOf(at);
  const packed = (async () => {
    for (const { path, bytes, contents } of parts) {
      await pipeline(contents(), archive.entry({ name: path, type: 'file', mode: 0o600, size: bytes, mtime }));
    }
    archive.finalize();
  })().catch((thrown) => archive.destroy(thrown));
  try {
    for await (const chunk of archive) {
      signal.throwIfAborted();
      await file.writeFile(chunk);
    }
  } finally {
    archive.destroy();
    await packed;
  }
};

/** Writes the parts into a new file that is on disk when this resolves, with how many bytes it has. Where that fails the file is taken away again. */
export const writeBackup = async (path: string, parts: readonly Part[], given: { at: number; signal: AbortSignal }): Promise<number> => {
  const file = await open(path, 'wx', 0o600).catch((thrown) => {
    throw thrown.code === 'EEXIST' ? isThere(path) : diskTrouble(path, 'written', thrown);
  });
  try {
    // the umask takes bits away, and so may leave a file that its own user cannot read
    await file.chmod(0o600);
    await fill(file, parts, given);
    await file.sync();
    return (await file.stat()).size;
  } catch (thrown) {
    await rm(path, { force: true });
    throw diskTrouble(path, 'written', thrown);
  } finally {
    await file.close();
  }
};
