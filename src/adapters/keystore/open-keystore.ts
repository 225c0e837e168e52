import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure/failure.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { checkName } from '../../domain/text/names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { KeyEntry, Keys, Unlocking } from '../../ports/keys/keys.ts';
import type { Random } from '../../ports/random.ts';
import type { Settings } from '../../ports/settings.ts';
import { currentKey, keyNotFound, wrongNetwork, wrongUse } from './current-key.ts';
import { entryOf, keyNames, keyPath, readKey } from './key-file.ts';
import { type Locked, makeKey } from './make-key.ts';
import { privateKeyOf } from './private-key-of.ts';
import { refusePublicKey } from './public-key.ts';
import { secretOf, type Unlocked, unlock } from './unlock.ts';

export type UnlockedKeys = Map<string, Promise<Unlocked>>;

/** The keys in this folder, one file each. Listing them loads no cryptography. `account` is `--account`: a name or an address. */
export const openKeystore = (options: {
  folder: string;
  files: PrivateFiles;
  settings: Settings;
  clock: Pick<Clock, 'now'>;
  random: Random;
  /** Asked when a locked key is to sign. */
  passphrase: Unlocking;
  account: string | null;
  /** Keys that this process has open, by the content of their files: a program that serves unlocks each once. */
  unlocked?: UnlockedKeys;
}): Keys => {
  const { folder, files, settings, unlocked = new Map() } = options;

  const find = (name: string) => {
    const found = readKey(folder, name, files);
    if (found !== null) return found;
    throw keyNotFound(name);
  };

  const read = (): { sound: KeyEntry[]; broken: Failure[] } => {
    const sound: KeyEntry[] = [];
    const broken: Failure[] = [];
    for (const name of keyNames(folder, files)) {
      try {
        const found = readKey(folder, name, files);
        if (found !== null) sound.push(entryOf(found.key));
      } catch (thrown) {
        broken.push(knownFailure(thrown));
      }
    }
    return { sound, broken };
  };

  const list = (): KeyEntry[] => read().sound;

  /** Where no sound key is the one in use, it may be one that cannot be read, and that is what is to be mended. */
  const current = (network: string): KeyEntry => {
    const { account } = options;
    const chosen = account === null ? settings.chosenKey(network) : null;
    const { sound, broken } = read();
    if (account === null && chosen === null && broken[0] !== undefined) throw broken[0];
    try {
      return currentKey(sound, network, account, chosen);
    } catch (thrown) {
      const { code } = knownFailure(thrown);
      const gone = code === 'KEY_MISSING' || code === 'KEY_NOT_FOUND';
      const meant = broken.find(({ details }) => details.facts?.['key'] === (account ?? chosen)) ?? broken[0];
      throw gone && meant !== undefined ? meant : thrown;
    }
  };

  const checkFree = (name: string): void => {
    checkName(name);
    if (files.read(keyPath(folder, name)) !== null) throw taken(name);
  };

  /** The first key of a network becomes the one in use there, so that a second one changes nothing. */
  const store = async (name: string, network: string, locked: Locked, role: KeyEntry['role'] = 'account'): Promise<KeyEntry> => {
    const others = list();
    const same = others.find(({ address }) => address === locked.address);
    if (same !== undefined) throw same.network === network ? twice(same) : wrongNetwork(same, network);
    const key = { name, network, createdAt: formatInstant(options.clock.now()), role, backedUpAt: null, ...locked };
    if (!files.create(keyPath(folder, name), `${JSON.stringify(key, null, 2)}\n`)) throw taken(name);
    const first = role === 'account' && !others.some((other) => other.network === network && other.role === role);
    if (first && settings.chosenKey(network) === null) await settings.chooseKey(network, name);
    return entryOf(key);
  };

  const open = async (name: string, network: string, role: KeyEntry['role']): Promise<Unlocked> => {
    const { key, exposed } = find(name);
    if (key.network !== network) throw wrongNetwork(entryOf(key), network);
    if (key.role !== role) throw wrongUse(entryOf(key));
    if (exposed) throw readable(keyPath(folder, name), name);
    // a file that was replaced is another key
    const content = createHash('sha256').update(JSON.stringify(key)).digest('hex');
    const known = unlocked.get(content);
    if (known !== undefined) return known;
    const signer = unlock(key, options.passphrase);
    unlocked.set(content, signer);
    signer.catch(() => unlocked.delete(content));
    return signer;
  };

  return {
    list,
    damaged: () => read().broken,
    entry: (name) => entryOf(find(name).key),
    current,
    async create({ name, network, passphrase, role }) {
      checkFree(name);
      const lock = passphrase === null ? null : await passphrase();
      const privateKey = `0x${Buffer.from(options.random.bytes(32)).toString('hex')}`;
      return store(name, network, await makeKey(privateKey, lock), role);
    },
    async import({ name, network, secret, passphrase }) {
      checkFree(name);
      // asked once, though a keystore needs it to be opened and again to be locked
      let asked: Promise<string> | null = null;
      const once = passphrase === null ? null : () => (asked ??= passphrase());
      const privateKey = await privateKeyOf(secret, once);
      await refusePublicKey(privateKey, network);
      return store(name, network, await makeKey(privateKey, once === null ? null : await once()));
    },
    async backup({ name, passphrase }) {
      const { key, exposed } = find(name);
      if (exposed) throw readable(keyPath(folder, name), name);
      const privateKey = await secretOf(key, options.passphrase);
      const locked = await makeKey(privateKey, await passphrase());
      if (locked.kind === 'hot') throw new Error('a backup is always locked');
      return { entry: entryOf(key), locked: JSON.stringify(locked.keystore) };
    },
    async opens({ name, secret, passphrase }) {
      const { address } = find(name).key;
      const privateKey = await privateKeyOf(secret, passphrase).catch((thrown: unknown) => {
        if (thrown instanceof Failure) return null;
        throw thrown;
      });
      return privateKey !== null && (await makeKey(privateKey, null)).address === address;
    },
    fileOf: (name) => keyPath(folder, name),
    backedUp(name) {
      const key = { ...find(name).key, backedUpAt: formatInstant(options.clock.now()) };
      files.replace(keyPath(folder, name), `${JSON.stringify(key, null, 2)}\n`);
      return entryOf(key);
    },
    async use(name) {
      const entry = entryOf(find(name).key);
      if (entry.role !== 'account') throw wrongUse(entry);
      await settings.chooseKey(entry.network, name);
      return entry;
    },
    signer: (name, network) => open(name, network, 'account'),
    payments: (name, network) => open(name, network, 'account'),
    approver: (name, network) => open(name, network, 'approver'),
  };
};

const taken = (name: string): Failure =>
  new Failure('KEY_EXISTS', `There is a key called "${name}" already; keys are never overwritten.`, { facts: { key: name } });

const twice = ({ name, address }: KeyEntry): Failure =>
  new Failure('KEY_EXISTS', `The key of ${address} is here already, as "${name}".`, { facts: { key: name, address } });

const readable = (path: string, key: string): Failure =>
  new Failure('KEY_LOCKED', `${path} can be read by other users of this machine, so it is not used.`, {
    fix: human(`chmod 600 ${path}`),
    facts: { path, key },
  });
