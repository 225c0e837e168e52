import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { Files } from '../../ports/host/files.ts';
import { readAll } from './read-all.ts';

/** Nothing that a command takes on stdin is longer. */
const stdinLimit = 16 * 1024 * 1024;

/** Files that a person names, relative to the process's folder. `stdin` is read only where the path is `-`. */
export const namedFiles = (from: { readonly stdin: AsyncIterable<Uint8Array> & { isTTY?: boolean } }): Files => ({
  async read(path) {
    if (path === '-') {
      if (from.stdin.isTTY) throw new Failure('USAGE', 'stdin is a terminal: "-" reads what is piped in, like `... < FILE`.');
      const bytes = await readAll(from.stdin, stdinLimit);
      if (bytes === null) throw new Failure('USAGE', `stdin is longer than ${stdinLimit} bytes.`);
      return bytes;
    }
    try {
      return await readFile(path);
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return null;
      throw refused(path, 'read', thrown);
    }
  },
  async write(path, text, options) {
    const beside = besideOf(path);
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(beside, text, { flag: 'wx', ...(options?.onlyOurs ? { mode: 0o600 } : {}) });
      await rename(beside, path);
    } catch (thrown) {
      await rm(beside, { force: true }).catch(() => undefined);
      throw refused(path, 'written', thrown);
    }
  },
  async create(path, text) {
    const beside = besideOf(path);
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = await open(beside, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      // unlike a rename it fails where something is there meanwhile
      await link(beside, path);
    } catch (thrown) {
      if (codeOf(thrown) === 'EEXIST') throw new Failure('USAGE', `"${path}" is there already.`, { facts: { path }, cause: thrown });
      throw refused(path, 'written', thrown);
    } finally {
      await rm(beside, { force: true }).catch(() => undefined);
    }
    await syncFolder(dirname(path));
  },
  remove: (path) => rm(path, { force: true }),
});

const besideOf = (path: string): string => join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);

/** A name is on disk once its folder is; some file systems sync no folder, and nothing more can be done there. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
};

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? 'unknown reason';

const refused = (path: string, what: 'read' | 'written', thrown: unknown): Failure =>
  new Failure('USAGE', `"${path}" cannot be ${what} (${codeOf(thrown)}).`, { facts: { path }, cause: thrown });
