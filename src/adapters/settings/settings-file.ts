import * as z from 'zod';
import { Failure } from '../../domain/failure.ts';
import { isName } from '../../domain/names.ts';
import type { PrivateFiles } from '../../ports/private-files.ts';

const url = z.url({ protocol: /^https?$/, error: 'an http or https URL' });

const hosts = z
  .strictObject({
    ccn: z.array(url).min(1),
    crnsList: url,
    scheduler: url,
    rpc: url.nullable().default(null),
    control: url.nullable().default(null),
  })
  .describe('Where the hosts of a network are');

const name = z.string().refine(isName, 'a name of 1 to 40 of a-z, 0-9 and "-"');
const ownNetwork = name.refine(
  (given) => given !== 'mainnet' && given !== 'devnet',
  'a name other than mainnet and devnet, which are built in',
);

const schema = z.strictObject({
  chosenKey: z.record(name, name).default({}),
  networks: z.record(ownNetwork, hosts).default({}),
});

export type SettingsDocument = z.output<typeof schema>;

/** What the file says; nothing of it where there is no file. `CONFIG_INVALID` names the first key that does not belong there. */
export const readSettingsFile = (path: string, files: PrivateFiles): SettingsDocument => {
  const found = files.read(path);
  if (found === null) return schema.parse({});
  const parsed = schema.safeParse(parseJson(new TextDecoder().decode(found.bytes), path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.');
  throw invalid(path, `"${key}" does not belong there: ${reasonOf(issue)}`, key);
};

const reasonOf = (issue: z.core.$ZodIssue | undefined): string => {
  if (issue?.code === 'unrecognized_keys') return 'no setting has this name';
  if (issue?.code === 'invalid_key') return `it takes ${issue.issues[0]?.message ?? 'a name'}`;
  return `it takes ${issue?.message ?? 'something else'}`;
};

const parseJson = (text: string, path: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(path, 'it is not JSON', null);
  }
};

const invalid = (path: string, what: string, key: string | null): Failure =>
  new Failure('CONFIG_INVALID', `The settings in ${path} cannot be used: ${what}.`, {
    fix: { actor: 'human', command: null, text: `Mend ${path}.` },
    facts: { path, key },
  });
