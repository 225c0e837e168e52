import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

/** Where the pair of an account is, relative to our ssh folder. `USAGE` for what is no address: it becomes a path. */
export const keyFile = (account: string): string => {
  if (/^0x[0-9a-fA-F]{40}$/.test(account)) return account.toLowerCase();
  throw new Failure('USAGE', `"${account}" is no account's address: 0x and 40 hex digits would be.`);
};

/**
 * The public key of our own ed25519 pair for this account, `ssh-ed25519 AAAA…`, without comment; the pair is made on first use. The private
 * half is the truth and is made once, whoever comes at the same time; the public half beside it can always be made from it again.
 */
export const publicKeyOf = async (folder: string, account: string, files: PrivateFiles): Promise<string> => {
  const path = join(folder, keyFile(account));
  const known = files.read(`${path}.pub`);
  if (known !== null && files.read(path) !== null) return new TextDecoder().decode(known.bytes).trim();
  if (files.read(path) === null) files.create(path, await makePrivateKey());
  const publicKey = await publicHalf(files.read(path)?.bytes ?? new Uint8Array(), path);
  files.replace(`${path}.pub`, `${publicKey}\n`);
  return publicKey;
};

/** The private key's text, for the library's client. As ssh does, one that others can read is refused. */
export const privateKeyText = (folder: string, account: string, files: PrivateFiles): string => {
  const path = join(folder, keyFile(account));
  const found = files.read(path);
  if (found === null) throw new Failure('EXEC_FAILED', `There is no SSH key for ${account} at ${path}.`, { facts: { path } });
  if (found.exposed)
    throw new Failure('EXEC_FAILED', `${path} can be read by other users of this machine: chmod 600 it.`, { facts: { path } });
  return new TextDecoder().decode(found.bytes);
};

/** ssh2 1.17 drops a leading zero byte and so makes one pair in about 150 that nothing can read, itself included. */
const makePrivateKey = async (): Promise<string> => {
  const { utils } = (await import('ssh2')).default;
  for (;;) {
    const made = utils.generateKeyPairSync('ed25519').private;
    if (!(utils.parseKey(made) instanceof Error)) return made;
  }
};

const publicHalf = async (bytes: Uint8Array, path: string): Promise<string> => {
  const { utils } = (await import('ssh2')).default;
  const key = utils.parseKey(Buffer.from(bytes));
  if (key instanceof Error) throw new Failure('CONFIG_INVALID', `${path} is damaged: it is no SSH key.`, { facts: { path } });
  return `${key.type} ${key.getPublicSSH().toString('base64')}`;
};
