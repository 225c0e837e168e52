import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pinOf } from '../../../src/adapters/safe/certificate-facts.ts';
import type { Certified } from '../../../src/adapters/safe/listen.ts';
import { selfSigned } from '../../../src/adapters/safe/self-signed.ts';

const folder = resolve(import.meta.dirname, '../../fixtures/tls');

/** Who vouches for `localhost`. */
export const localhostAuthority = join(folder, 'localhost-ca.pem');

/** A certificate of `localhost`, as an owner has one from an authority. */
export const localhostCertified: Certified = {
  cert: readFileSync(join(folder, 'localhost.pem'), 'utf8'),
  key: readFileSync(join(folder, 'localhost.key'), 'utf8'),
  pin: null,
};

/** The files of that certificate and its key, in a folder of the test, closed to others as a key's has to be. */
export const localhostFiles = (into: string): { certificate: string; key: string } => {
  const files = { certificate: join(into, 'localhost.pem'), key: join(into, 'localhost.key') };
  writeFileSync(files.certificate, localhostCertified.cert);
  writeFileSync(files.key, localhostCertified.key, { mode: 0o600 });
  return files;
};

export const freshKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** What a safe with this key shows, good now if nothing else is said. */
export const certifiedBy = (
  key: KeyObject,
  { from = Date.now() - 1000, until = Date.now() + 3_600_000 } = {},
): Certified & { pin: string } => {
  const certificate = selfSigned(key, { from, until });
  return { cert: certificate.toString(), key: key.export({ type: 'pkcs8', format: 'pem' }) as string, pin: pinOf(certificate) };
};
