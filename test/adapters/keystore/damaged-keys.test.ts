import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keystoreAt } from '../../support/keystore-at.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const hot = { network: 'devnet', passphrase: null };

/** A home with the keys `one`, which is in use, and `two`, whose file is damaged. */
const damagedHome = async () => {
  const home = temporaryHome();
  const { keys, folders } = keystoreAt(home);
  const one = await keys.create({ name: 'one', ...hot });
  await keys.create({ name: 'two', ...hot });
  writeFileSync(join(folders.keys, 'two.json'), '{"name":"two"');
  return { home, one, path: join(folders.keys, 'two.json') };
};

it("S-06 a damaged file of one key stands in no other key's way", async () => {
  const { home, one, path } = await damagedHome();
  const { keys } = keystoreAt(home);
  expect(keys.list()).toEqual([one]);
  expect(keys.current('devnet')).toEqual(one);
  expect((await keys.signer('one', 'devnet')).address).toBe(one.address);
  expect(keys.damaged()).toMatchObject([{ code: 'KEY_INVALID', details: { facts: { key: 'two', path } } }]);
  await keys.create({ name: 'three', ...hot });
  expect(readFileSync(path, 'utf8')).toBe('{"name":"two"');
});

it('S-06 where the damaged key is the one that is needed, or may be, it is named', async () => {
  const { home, path } = await damagedHome();
  const damaged = expect.objectContaining({ code: 'KEY_INVALID', details: expect.objectContaining({ facts: { key: 'two', path } }) });
  expect(() => keystoreAt(home, { account: 'two' }).keys.current('devnet')).toThrow(damaged);
  expect(() => keystoreAt(home, { account: `0x${'1'.repeat(40)}` }).keys.current('devnet')).toThrow(damaged);
  const { keys, folders } = keystoreAt(home);
  writeFileSync(folders.settings, JSON.stringify({ chosenKey: { devnet: 'two' } }));
  expect(() => keystoreAt(home).keys.current('devnet')).toThrow(damaged);
  writeFileSync(folders.settings, '{}');
  expect(() => keystoreAt(home).keys.current('devnet')).toThrow(damaged);
  await expect(keys.signer('two', 'devnet')).rejects.toMatchObject({ code: 'KEY_INVALID' });
});
