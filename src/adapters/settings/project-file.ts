import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { limitFields, limitsOf } from '../../contract/fields/limit-fields.ts';
import { settingShape } from '../../contract/settings/setting-shape.ts';
import { settings } from '../../contract/settings/settings.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { SettingValues } from '../../domain/limits/setting-keys.ts';
import { human } from '../../domain/suggest/fix.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import type { Project } from '../../ports/preferences.ts';
import { documentTrouble } from './document-trouble.ts';

export const projectFileName = '.aleph-agent.json';

const mostBytes = 64 * 1024;

const schema = z.strictObject({
  ...settingShape((key) => settings[key].inProject),
  limits: z.strictObject(limitFields('project')).default({}),
});

const belongs =
  'a project file holds task, namePrefix, size, a shorter ttl, and under "limits" lower limits, named as the flags of policy set';

/**
 * The project file that holds for this folder: the first on the way up, no further than the root of its repository (the folder with
 * `.git`) or the home folder. null where there is none. `CONFIG_INVALID` for one that cannot be used.
 */
export const readProject = ({ cwd, home, uid }: { cwd: string; home: string | null; uid: number | null }): Project | null => {
  const top = home === null ? null : resolve(home);
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const path = join(folder, projectFileName);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return projectIn(path, readOwn(path, uid));
    if (folder === top || existsSync(join(folder, '.git')) || dirname(folder) === folder) return null;
  }
};

const projectIn = (path: string, text: string): Project => {
  const parsed = schema.safeParse(parseJson(path, text));
  if (!parsed.success) {
    const { key, reason } = documentTrouble(parsed.error);
    throw unusable(path, key === '' ? 'it is no JSON object' : `"${key}": ${reason}`, key === '' ? null : key);
  }
  const { limits, ...rest } = parsed.data;
  const values = rest as SettingValues;
  const ttl = typeof values.ttl === 'string' ? parseDuration(values.ttl) : null;
  if (ttl !== null && limits.maxTtl !== undefined && ttl > limits.maxTtl)
    throw unusable(path, '"ttl" is longer than "limits.maxTtl"', 'ttl');
  return { path, values, limits: { ...limitsOf(limits), ...(ttl === null ? {} : { defaultTtlSeconds: ttl }) } };
};

/**
 * Read only where it is a plain file of this user or root, that not everybody may write: what holds here came with the folder, and a
 * folder may be anybody's (as git's safe.directory has it).
 */
const readOwn = (path: string, uid: number | null): string => {
  const file = opened(path);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw unusable(path, 'it is no plain file', null);
    if (uid !== null && found.uid !== uid && found.uid !== 0) throw unusable(path, `it belongs to another user (uid ${found.uid})`, null);
    if (uid !== null && (found.mode & 0o002) !== 0) throw unusable(path, 'every user of this machine may write it', null);
    const bytes = Buffer.alloc(mostBytes + 1);
    const count = readSync(file, bytes, 0, bytes.length, 0);
    if (count > mostBytes) throw unusable(path, `it is longer than ${mostBytes} bytes`, null);
    return bytes.toString('utf8', 0, count);
  } finally {
    closeSync(file);
  }
};

/** No link is followed, and what is no file, a pipe for instance, does not hold us up. */
const opened = (path: string): number => {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw unusable(path, code === 'ELOOP' ? 'it is a symbolic link' : `it cannot be read (${code})`, null, thrown);
  }
};

const parseJson = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable(path, 'it is not JSON', null);
  }
};

const unusable = (path: string, what: string, key: string | null, cause?: unknown): Failure =>
  new Failure('CONFIG_INVALID', `The project file ${path} cannot be used: ${what}. What is right: ${belongs}.`, {
    fix: human(`Mend or remove ${path}, or work in another folder.`),
    facts: { path, key },
    ...(cause === undefined ? {} : { cause }),
  });
