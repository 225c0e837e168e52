import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import type { ClientFiles } from '../../ports/host/client-files.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

const kept = z.record(z.string(), z.strictObject({ before: z.string().nullable(), after: z.string() }));

interface Means {
  /** The user's home; null where the environment names none. */
  home: string | null;
  cwd: string;
  /** Where we keep what the files were before. */
  file: string;
  files: PrivateFiles;
}

/** The clients' files on this machine's disk. */
export const clientFiles = ({ home, cwd, file, files }: Means): ClientFiles => {
  const changes = (): z.output<typeof kept> => {
    const found = files.read(file);
    if (found === null) return {};
    const read = kept.safeParse(jsonOf(new TextDecoder().decode(found.bytes)));
    if (read.success) return read.data;
    throw new Failure('CONFIG_INVALID', `${file} is damaged: nobody knows what the clients' files were before.`, { facts: { path: file } });
  };
  return {
    path(scope, name) {
      if (scope === 'project') return resolve(cwd, name);
      if (home !== null) return join(home, name);
      throw new Failure('USAGE', 'HOME is not set, so nobody knows whose configuration is meant.');
    },
    exists: (path) => existsSync(path),
    read: (path) => told(path, 'read', () => textOf(path)),
    write: (path, text) => told(path, 'written', () => (text === null ? rmSync(path) : replace(path, text))),
    change: (path) => changes()[path] ?? null,
    keep(path, change) {
      const { [path]: _, ...others } = changes();
      files.replace(file, JSON.stringify(change === null ? others : { ...others, [path]: change }));
    },
  };
};

const textOf = (path: string): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
};

const replace = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const there = statSync(path, { throwIfNoEntry: false });
  const real = there === undefined ? path : realpathSync(path);
  const beside = `${real}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(beside, text, { flag: 'wx' });
    if (there !== undefined) chmodSync(beside, there.mode & 0o777);
    renameSync(beside, real);
  } finally {
    rmSync(beside, { force: true });
  }
};

const told = <Value>(path: string, what: string, act: () => Value): Value => {
  try {
    return act();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure('CONFIG_INVALID', `${path} cannot be ${what}: ${reason}. It is left as it is.`, { facts: { path } });
  }
};
