import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

/** Private files on this machine's disk. Failures: CONFIG_INVALID with the path where the disk refuses. */
export const privateFiles = (): PrivateFiles => ({
  names: (folder) => translated(folder, () => (existsSync(folder) ? readdirSync(folder).sort() : [])),
  read: (path) => translated(path, () => read(path)),
  create: (path, text) => translated(path, () => create(path, text)),
  replace: (path, text) => translated(path, () => renameSync(writeBeside(path, text), path)),
  remove: (path) => translated(path, () => rmSync(path, { force: true })),
});

const read: PrivateFiles['read'] = (path) => {
  try {
    // most of what is looked for is not there, and an error costs more than the look
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined && isInFolder(path)) return null;
    const { mode } = found ?? statSync(path);
    return { bytes: readFileSync(path), mode: mode & 0o777, exposed: process.platform !== 'win32' && (mode & 0o077) !== 0 };
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
};

/** Of what is not there: false where a file stands in the place of one of its folders, which newer versions of Node do not tell from nothing. */
const isInFolder = (path: string): boolean => {
  const folder = dirname(path);
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? (folder === path || isInFolder(folder));
};

/** A hard link is atomic, refuses to overwrite and never shows half a file, which opening with O_EXCL alone would. */
const create: PrivateFiles['create'] = (path, text) => {
  const made = writeBeside(path, text);
  try {
    linkSync(made, path);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(thrown))) throw thrown;
    return createWithoutLinks(path, text);
  } finally {
    rmSync(made, { force: true });
  }
};

/** For disks without hard links. */
const createWithoutLinks = (path: string, text: string | Uint8Array): boolean => {
  try {
    writeNew(path, text);
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false;
    throw thrown;
  }
};

const writeBeside = (path: string, text: string | Uint8Array): string => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  writeNew(beside, text);
  return beside;
};

const writeNew = (path: string, text: string | Uint8Array): void => {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? '';

const translated = <Result>(path: string, act: () => Result): Result => {
  try {
    return act();
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === '') throw thrown;
    throw new Failure('CONFIG_INVALID', `${path} cannot be read or written (${code}).`, { facts: { path }, cause: thrown });
  }
};
