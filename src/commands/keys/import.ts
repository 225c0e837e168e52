import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { newKeyFields, withUse } from './key-fields.ts';
import { freeKeyName, newPassphrase, publicForEver } from './new-key.ts';

/** A keystore is about 500 bytes. */
const secretLimit = 64 * 1024;

export default change({
  name: 'keys import',
  summary: 'Import an existing key, for this network only',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    name: z.string().describe('Its name'),
    privateKey: z.string().optional().describe('"-": hex on stdin. Never the key itself'),
    file: z.string().optional().describe('Keystore v3, hex, or the key file of the official clients'),
    unencrypted: z.boolean().default(false).describe('No passphrase: a hot key in a 0600 file'),
  }),
  positionals: ['name'],
  output: newKeyFields,
  failures: ['KEY_EXISTS', 'KEY_INVALID', 'KEY_PUBLIC', 'KEY_LOCKED', 'WRONG_NETWORK', 'CONFIG_INVALID'],
  examples: [
    { line: 'keys import dev --private-key - --unencrypted', why: 'hex on stdin, kept as a hot key' },
    { line: 'keys import old --file ethereum.key --passphrase-file passphrase.txt', why: 'the key file of the official clients, locked' },
  ],
  async plan(context, input, digest) {
    const { name, privateKey, file, unencrypted } = input;
    const key = freeKeyName(context, name);
    checkSource(privateKey, file);
    return freePlan(
      context,
      'keys import',
      digest,
      `Import the key "${key}" for ${context.network}${unencrypted ? ', unencrypted' : ''}.`,
      { key },
    );
  },
  async apply(context, { subject: { key } }, { file, unencrypted }) {
    const { keys, secrets, settings, network, warn } = context;
    const secret = await secretOf(context, file);
    const unlocks = () => secrets.passphrase({ use: 'unlock', key }, null);
    const passphrase = unencrypted ? null : isKeystore(secret) ? unlocks : newPassphrase(context, key);
    const entry = await keys.import({ name: key, network, secret, passphrase });
    warn('PUBLIC_FOR_EVER', publicForEver(entry.address));
    return { ...withUse(entry, settings), file: keys.fileOf(key) };
  },
  text: (key, style) =>
    [`${style.good('imported')} ${key.name} for ${key.network}: ${style.bold(key.address)}`, style.facts([['file', key.file]])].join('\n'),
  next: (key) => (key.inUse ? [] : [hint(`make it the one in use on ${key.network}`, 'keys use', key.name)]),
});

/** The value of --private-key is never repeated: it may be the key. */
const checkSource = (privateKey: string | undefined, file: string | undefined): void => {
  if (privateKey !== undefined && privateKey !== '-') {
    throw new Failure(
      'USAGE',
      '--private-key takes only "-", for stdin: what stands on a command line is seen by others and kept in histories.',
      {
        fix: human('If that was a private key, do not use it any more.'),
      },
    );
  }
  if (privateKey !== undefined && file !== undefined) throw new Failure('USAGE', 'Give either --private-key - or --file, not both.');
  if (privateKey === undefined && file === undefined) {
    throw new Failure('INPUT_MISSING', 'The key is missing: give --private-key - (hex on stdin) or --file PATH.');
  }
};

const secretOf = async ({ host: { files }, secrets }: ChangeContext, file: string | undefined): Promise<Uint8Array> => {
  if (file === undefined || file === '-') return secrets.readStdin(secretLimit);
  const bytes = await files.read(file);
  if (bytes !== null) return bytes;
  throw new Failure('USAGE', `--file "${file}" is not there.`, { facts: { file } });
};

/** A keystore keeps the passphrase that it has; anything else gets a new one. */
const isKeystore = (secret: Uint8Array): boolean => secret.length !== 32 && new TextDecoder().decode(secret).trimStart().startsWith('{');
