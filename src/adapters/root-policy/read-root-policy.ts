import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { money } from '../../contract/fields/fields.ts';
import { limitFields, limitsOf } from '../../contract/fields/limit-fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { defaultLimits } from '../../domain/limits/limits.ts';
import type { RootPolicy } from '../../domain/limits/root-policy.ts';
import { parseUsd } from '../../domain/money/money.ts';
import { human } from '../../domain/suggest/fix.ts';

/** A policy is some hundred bytes. */
const longest = 64 * 1024;

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hex digits');

const schema = z.strictObject({
  limits: z.strictObject(limitFields('root')).default({}),
  approver: address.nullable().default(null),
  funder: address.optional(),
  acknowledgedBalance: money.optional(),
});

/** The policy in this file; null where there is none. `CONFIG_INVALID` for one that others than root could have written, or that cannot be read whole. */
export const readRootPolicy = (path: string): RootPolicy | null => {
  const file = statOf(path);
  if (file === null) return null;
  if (!file.isFile()) throw unusable(path, 'it is not a plain file');
  checkOwner(path, file);
  checkOwner(dirname(path), statOf(dirname(path))!);
  if (file.size > longest) throw unusable(path, `it is longer than ${longest} bytes`);
  const parsed = schema.safeParse(jsonOf(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');
    throw unusable(path, `"${key}" does not belong there: ${issue?.message ?? 'it is something else'}`);
  }
  const { limits: given, approver, funder, acknowledgedBalance: acknowledged } = parsed.data;
  if (funder !== undefined && funder.toLowerCase() === approver?.toLowerCase()) {
    throw unusable(path, `"funder" is the approver ${approver}, which holds no credits`);
  }
  const all = { ...defaultLimits, ...limitsOf(given) };
  return {
    path,
    limits: { ...all, defaultTtlSeconds: Math.min(all.defaultTtlSeconds, all.maxTtlSeconds) },
    approver: approver?.toLowerCase() ?? null,
    written: [approver, funder].filter((named) => named != null),
    ...(funder === undefined ? {} : { funder }),
    ...(acknowledged === undefined ? {} : { acknowledgedBalance: parseUsd(acknowledged) }),
  };
};

const statOf = (path: string): Stats | null => {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw unusable(path, `it cannot be looked at (${code})`);
  }
};

/** Who could write the file, or put another one in its place, would make the policy. */
const checkOwner = (path: string, { uid, mode }: Stats): void => {
  if (uid !== 0) throw unusable(path, `it belongs to user ${uid}, not to root`);
  if ((mode & 0o022) !== 0) throw unusable(path, `others than root may write it (mode ${(mode & 0o777).toString(8)})`);
};

const jsonOf = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw unusable(path, code === undefined ? 'it is not JSON' : `it cannot be read (${code})`);
  }
};

const unusable = (path: string, what: string): Failure =>
  new Failure('CONFIG_INVALID', `The machine's policy ${path} is not used, and nothing without it: ${what}.`, {
    fix: human(`As root, mend it: owner root, not writable by others, JSON as docs/approver.md has it.`),
    facts: { path },
  });
