import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { jsonOf } from '../../domain/text/json-of.ts';
import { isName } from '../../domain/text/names.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { KeyEntry } from '../../ports/keys/keys.ts';

const entry = z.object({
  name: z.string().refine(isName),
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  network: z.string().refine(isName),
  createdAt: z.string(),
  role: z.enum(['account', 'approver']).default('account'),
  backedUpAt: z.string().nullable().default(null),
});

const stored = z.discriminatedUnion('kind', [
  entry.extend({ kind: z.literal('keystore'), keystore: z.record(z.string(), z.unknown()) }),
  entry.extend({ kind: z.literal('hot'), privateKey: z.string().regex(/^0x[0-9a-f]{64}$/) }),
]);

/** One key as its file has it: what everybody may see, and what nobody may. */
export type StoredKey = z.output<typeof stored>;

export const keyPath = (folder: string, name: string): string => join(folder, `${name}.json`);

/** The names of the keys in this folder. Other files are left alone. */
export const keyNames = (folder: string, files: PrivateFiles): string[] =>
  files
    .names(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter(isName);

/** The key of this name with whether others can read its file; null where there is none. `KEY_INVALID` for a damaged file: nothing of it is shown. */
export const readKey = (folder: string, name: string, files: PrivateFiles): { key: StoredKey; exposed: boolean } | null => {
  const path = keyPath(folder, name);
  const found = isName(name) ? files.read(path) : null;
  if (found === null) return null;
  const parsed = stored.safeParse(jsonOf(new TextDecoder().decode(found.bytes)));
  if (parsed.success && parsed.data.name === name) return { key: parsed.data, exposed: found.exposed };
  throw new Failure('KEY_INVALID', `${path} is damaged: it is not a key of that name.`, {
    fix: human(`Restore ${path} from a copy, or move it away.`),
    facts: { path, key: name },
  });
};

export const entryOf = ({ name, address, network, kind, createdAt, role, backedUpAt }: StoredKey): KeyEntry => ({
  name,
  address,
  network,
  kind,
  createdAt,
  role,
  backedUpAt,
});
