import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utils, Wallet } from 'ethers';
import { describe, expect, it } from 'vitest';
import { keystoreAt } from '../../support/keystore-at.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

/** Web3 Secret Storage's own test vectors: password `testpassword`. */
const vectorKey = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
const scryptVector = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: 262144, p: 8, r: 1, salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19' },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
const pbkdf2Vector = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: { c: 262144, dklen: 32, prf: 'hmac-sha256', salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd' },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
};
const vectorAddress = new Wallet(vectorKey).address;

const bytes = (text: string) => new TextEncoder().encode(text);
const hot = { network: 'devnet', passphrase: null };

describe('a key', () => {
  it('is made once, 0600, and signs EIP-191 over the bytes', async () => {
    const home = temporaryHome();
    const { keys, folders } = keystoreAt(home);
    const entry = await keys.create({ name: 'dev', ...hot });
    expect(entry).toEqual({
      name: 'dev',
      address: utils.getAddress(entry.address),
      network: 'devnet',
      kind: 'hot',
      role: 'account',
      createdAt: '2026-11-20T00:00:00Z',
      backedUpAt: null,
    });
    expect(statSync(join(folders.keys, 'dev.json')).mode & 0o777).toBe(0o600);
    expect(statSync(folders.keys).mode & 0o777).toBe(0o700);
    const signer = await keys.signer('dev', 'devnet');
    const message = Uint8Array.of(0, 255, 10, 128);
    const signature = await signer.signBytes(message);
    expect(utils.verifyMessage(message, signature)).toBe(entry.address);
    expect(['1b', '1c']).toContain(signature.slice(-2));
  });

  it('is never overwritten', async () => {
    const { keys, folders } = keystoreAt(temporaryHome());
    await keys.create({ name: 'dev', ...hot });
    const before = readFileSync(join(folders.keys, 'dev.json'), 'utf8');
    await expect(keys.create({ name: 'dev', ...hot })).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    await expect(keys.import({ name: 'dev', ...hot, secret: bytes(vectorKey) })).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    const raced = await Promise.allSettled(['a', 'b', 'c'].map(() => keys.create({ name: 'raced', ...hot })));
    expect(raced.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(readFileSync(join(folders.keys, 'dev.json'), 'utf8')).toBe(before);
    expect(readdirSync(folders.keys)).toEqual(['dev.json', 'raced.json']);
  });

  it('with a passphrase is a keystore v3 that ethers opens, and opens with nothing else', async () => {
    const home = temporaryHome();
    const { keys, folders } = keystoreAt(home);
    const { address } = await keys.create({ name: 'safe', network: 'mainnet', passphrase: async () => 'pass ﬁ' });
    const stored = JSON.parse(readFileSync(join(folders.keys, 'safe.json'), 'utf8'));
    expect(stored).toMatchObject({ kind: 'keystore', address, keystore: { version: 3 } });
    expect(JSON.stringify(stored)).not.toContain('privateKey');
    expect((await Wallet.fromEncryptedJson(JSON.stringify(stored.keystore), 'pass fi')).address).toBe(address);
    const right = keystoreAt(home, { passphrase: 'pass fi' });
    const signer = await right.keys.signer('safe', 'mainnet');
    expect(utils.verifyMessage(bytes('x'), await signer.signBytes(bytes('x')))).toBe(address);
    await right.keys.signer('safe', 'mainnet');
    expect(right.asked).toEqual(['safe']);
    const slipped = keystoreAt(home, { passphrase: ['wrong', 'pass fi'] });
    expect((await slipped.keys.signer('safe', 'mainnet')).address).toBe(address);
    expect(slipped.asked).toEqual(['safe', 'safe']);
    await expect(keystoreAt(home, { passphrase: 'wrong' }).keys.signer('safe', 'mainnet')).rejects.toMatchObject({ code: 'KEY_LOCKED' });
  });

  it('XA-23 signs for its own network alone, and is not even unlocked for another', async () => {
    const { keys, asked } = keystoreAt(temporaryHome(), { passphrase: 'p' });
    await keys.create({ name: 'dev', network: 'devnet', passphrase: async () => 'p' });
    await expect(keys.signer('dev', 'mainnet')).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
    expect(asked).toEqual([]);
    await keys.import({ name: 'one', ...hot, secret: bytes(vectorKey) });
    await expect(keys.import({ name: 'two', network: 'mainnet', passphrase: null, secret: bytes(vectorKey) })).rejects.toMatchObject({
      code: 'WRONG_NETWORK',
    });
    await expect(keys.import({ name: 'two', ...hot, secret: bytes(vectorKey) })).rejects.toMatchObject({ code: 'KEY_EXISTS' });
  });

  it('whose file others can read is listed and not used', async () => {
    const { keys, folders } = keystoreAt(temporaryHome());
    await keys.create({ name: 'dev', ...hot });
    const path = join(folders.keys, 'dev.json');
    chmodSync(path, 0o640);
    expect(keys.list()).toHaveLength(1);
    await expect(keys.signer('dev', 'devnet')).rejects.toMatchObject({
      code: 'KEY_LOCKED',
      details: { fix: { text: `chmod 600 ${path}` } },
    });
  });

  it('whose file was changed is refused, and nothing of it shown', async () => {
    const { keys, folders } = keystoreAt(temporaryHome());
    await keys.import({ name: 'dev', ...hot, secret: bytes(vectorKey) });
    const path = join(folders.keys, 'dev.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(vectorAddress, '0x0000000000000000000000000000000000000001'));
    await expect(keys.signer('dev', 'devnet')).rejects.toMatchObject({ code: 'KEY_INVALID' });
    for (const damage of [text.slice(0, -10), text.replace('"dev"', '"other"'), '']) {
      writeFileSync(path, damage);
      const thrown = (() => {
        try {
          return keys.entry('dev');
        } catch (failure) {
          return failure as Error;
        }
      })();
      expect(thrown).toMatchObject({ code: 'KEY_INVALID' });
      expect(String(thrown)).not.toContain(vectorKey.slice(4, 20));
    }
  });
});

describe('import', () => {
  it.each([
    ['hex', bytes(`${vectorKey}\n`)],
    ['hex without 0x, in capitals', bytes(vectorKey.slice(2).toUpperCase())],
    ["the official clients' 32 raw bytes (W-305)", Buffer.from(vectorKey.slice(2), 'hex')],
  ])('takes %s', async (_what, secret) => {
    const { keys } = keystoreAt(temporaryHome());
    const entry = await keys.import({ name: 'old', ...hot, secret });
    expect(entry.address).toBe(vectorAddress);
    expect((await keys.signer('old', 'devnet')).address).toBe(vectorAddress);
  });

  it.each([
    ['scrypt', scryptVector],
    ['pbkdf2', pbkdf2Vector],
  ])('takes a keystore v3 by %s, and asks for its passphrase once', async (_what, vector) => {
    const { keys } = keystoreAt(temporaryHome(), { passphrase: 'testpassword' });
    let asked = 0;
    const passphrase = async () => {
      asked += 1;
      return 'testpassword';
    };
    const secret = bytes(JSON.stringify(vector));
    const entry = await keys.import({ name: 'old', network: 'mainnet', secret, passphrase });
    expect(entry).toMatchObject({ address: vectorAddress, kind: 'keystore' });
    expect(asked).toBe(1);
    expect((await keys.signer('old', 'mainnet')).address).toBe(vectorAddress);
    await expect(keys.import({ name: 'new', network: 'mainnet', secret, passphrase: null })).rejects.toMatchObject({ code: 'KEY_LOCKED' });
  });

  it('takes no keystore with another passphrase', async () => {
    const { keys } = keystoreAt(temporaryHome());
    const wish = { name: 'new', network: 'mainnet', secret: bytes(JSON.stringify(pbkdf2Vector)), passphrase: async () => 'wrong' };
    await expect(keys.import(wish)).rejects.toMatchObject({ code: 'KEY_LOCKED' });
  });

  it.each([
    ['too short', `${vectorKey.slice(0, -2)}`],
    ['no hex', `0x${'g'.repeat(64)}`],
    ['zero', `0x${'0'.repeat(64)}`],
    ['beyond the curve', `0x${'f'.repeat(64)}`],
    ['a keystore of another version', JSON.stringify({ ...scryptVector, version: 1 })],
    ['a keystore that would take all memory', JSON.stringify(scryptVector).replace('262144', String(2 ** 30))],
    ['half a keystore', JSON.stringify(scryptVector).slice(0, 200)],
    ['empty', ''],
  ])('refuses what is %s, without repeating it', async (_what, text) => {
    const { keys } = keystoreAt(temporaryHome());
    const thrown = await keys.import({ name: 'bad', ...hot, secret: bytes(text) }).catch((failure: unknown) => failure);
    expect(thrown).toMatchObject({ code: 'KEY_INVALID' });
    const shown = `${String(thrown)} ${JSON.stringify(thrown)}`;
    if (text.length > 20) expect(shown).not.toContain(text.slice(4, 20));
    expect(keys.list()).toEqual([]);
  });
});

describe('the key in use', () => {
  it('is the first of its network until another is chosen', async () => {
    const { keys, settings } = keystoreAt(temporaryHome());
    expect(() => keys.current('devnet')).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
    await keys.create({ name: 'one', ...hot });
    await keys.create({ name: 'two', ...hot });
    await keys.create({ name: 'real', network: 'mainnet', passphrase: null });
    expect(keys.current('devnet').name).toBe('one');
    expect(keys.current('mainnet').name).toBe('real');
    await keys.use('two');
    expect(keys.current('devnet').name).toBe('two');
    expect(settings.chosenKey('mainnet')).toBe('real');
  });

  it('is the one that --account names, by name or address', async () => {
    const home = temporaryHome();
    const { keys } = keystoreAt(home);
    await keys.create({ name: 'one', ...hot });
    const two = await keys.create({ name: 'two', ...hot });
    const current = (account: string, network = 'devnet') => keystoreAt(home, { account }).keys.current(network).name;
    expect(current('two')).toBe('two');
    expect(current(two.address.toLowerCase())).toBe('two');
    expect(() => current('three')).toThrow(expect.objectContaining({ code: 'KEY_NOT_FOUND' }));
    expect(() => current('two', 'mainnet')).toThrow(expect.objectContaining({ code: 'WRONG_NETWORK' }));
  });

  it('XA-10 is not replaced in silence when it is gone', async () => {
    const { keys, settings } = keystoreAt(temporaryHome());
    await keys.create({ name: 'one', ...hot });
    await settings.chooseKey('devnet', 'gone');
    expect(() => keys.current('devnet')).toThrow(expect.objectContaining({ code: 'KEY_MISSING' }));
    expect(() => keys.entry('gone')).toThrow(expect.objectContaining({ code: 'KEY_NOT_FOUND' }));
  });
});
