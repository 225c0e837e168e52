import { X509Certificate } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { pinOf, timesOf } from '../../../src/adapters/safe/certificate-facts.ts';
import { ownCertificate } from '../../../src/adapters/safe/own-certificate.ts';
import { ownersCertificate } from '../../../src/adapters/safe/owners-certificate.ts';
import { certifiedBy, freshKey, localhostCertified, localhostFiles } from '../../support/safe/tls-fixtures.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const dayMs = 86_400_000;

test('the pin is the SHA-256 of the public key as openssl writes it', () => {
  // openssl x509 -in localhost.pem -pubkey -noout | openssl pkey -pubin -outform der | sha256sum
  expect(pinOf(new X509Certificate(localhostCertified.cert))).toBe('7b615b3cda1725cf0b0a7ad75e9024b589f35164df797883163542898209eabf');
});

test('the safe makes key and certificate once, in private files, and the certificate anew before it ends; the pin stays', async () => {
  const folder = join(temporaryHome(), 'safe');
  const files = privateFiles();
  const at = (now: number) => ownCertificate({ folder, files, now });
  const start = Date.now();
  const first = await at(start);
  expect(first.pin).toMatch(/^[0-9a-f]{64}$/);
  expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777])).toEqual([
    ['certificate.pem', 0o600],
    ['key.pem', 0o600],
  ]);
  const certificate = new X509Certificate(first.cert);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(timesOf(certificate).from).toBeLessThan(start);
  expect(await at(start)).toEqual(first);
  expect(await at(start + 300 * dayMs)).toEqual(first);
  const renewed = await at(start + 340 * dayMs);
  expect(renewed.cert).not.toBe(first.cert);
  expect([renewed.key, renewed.pin]).toEqual([first.key, first.pin]);
  expect(timesOf(new X509Certificate(renewed.cert)).until).toBeGreaterThan(start + 700 * dayMs);
  expect(await at(start + 340 * dayMs)).toEqual(renewed);
  // a clock that went back: a certificate of the future is none
  expect((await at(start)).cert).not.toBe(renewed.cert);
});

test('a certificate that is lost, spoilt, over or another key’s is made anew of the safe’s own key', async () => {
  const folder = join(temporaryHome(), 'safe');
  const path = join(folder, 'certificate.pem');
  const at = () => ownCertificate({ folder, files: privateFiles(), now: Date.now() });
  const { pin } = await at();
  const spoil: (() => void)[] = [
    () => rmSync(path),
    () => writeFileSync(path, 'nothing'),
    () => writeFileSync(path, certifiedBy(freshKey()).cert),
  ];
  for (const each of spoil) {
    each();
    const found = await at();
    expect(found.pin).toBe(pin);
    expect(readFileSync(path, 'utf8')).toBe(found.cert);
  }
});

test('a key that others can read, or that is none, is CONFIG_INVALID: nobody knows the safe by it', async () => {
  const folder = join(temporaryHome(), 'safe');
  const path = join(folder, 'key.pem');
  const at = () => ownCertificate({ folder, files: privateFiles(), now: Date.now() });
  await at();
  chmodSync(path, 0o640);
  await expect(at()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(`${path} can be read by other`) });
  chmodSync(path, 0o600);
  writeFileSync(path, 'nothing');
  await expect(at()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: `${path} is no private key.` });
});

test('the owner’s files have no pin; what does not belong together, or to the name by which agents come, is USAGE with its value', () => {
  const folder = temporaryHome();
  const files = localhostFiles(folder);
  const now = Date.now();
  const url = 'https://localhost:8443';
  expect(ownersCertificate(files, url, now)).toMatchObject({ pin: null, cert: localhostCertified.cert });
  const refused = (given: Partial<typeof files>, address = url, at = now): string => {
    try {
      ownersCertificate({ ...files, ...given }, address, at);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'USAGE' });
      return (thrown as Error).message;
    }
    throw new Error('not refused');
  };
  const other = certifiedBy(freshKey());
  const put = (name: string, text: string, mode = 0o600): string => {
    writeFileSync(join(folder, name), text, { mode });
    return join(folder, name);
  };
  expect(refused({ certificate: join(folder, 'absent') })).toBe(`--tls-cert "${folder}/absent" is not right: it cannot be read (ENOENT).`);
  expect(refused({ key: files.certificate })).toContain('--tls-key');
  expect(refused({ certificate: files.key })).toContain('it holds no certificate');
  expect(refused({ key: put('other.key', other.key) })).toContain(`it is not the key of ${files.certificate}`);
  expect(refused({ key: put('open.key', localhostCertified.key, 0o644) })).toContain('every user of this machine may read it');
  expect(refused({}, 'https://safe.example')).toContain('it is for DNS:localhost, and agents come to safe.example');
  expect(refused({}, 'https://[::1]:8443')).toContain('agents come to ::1');
  expect(refused({}, url, now + 40_000 * dayMs)).toMatch(/it is good from .* to /);
});
