import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { pinOf, timesOf } from './certificate-facts.ts';
import type { Certified } from './listen.ts';

const dayMs = 86_400_000;

/** A certificate is good for so long, and is renewed when less than `renewedMs` of that is left. */
const goodMs = 365 * dayMs;
const renewedMs = 30 * dayMs;

interface Place {
  /** The safe's own folder. */
  folder: string;
  files: Pick<PrivateFiles, 'read' | 'create' | 'replace'>;
  /** Milliseconds since the epoch. */
  now: number;
}

const unfit = (path: string, why: string, remedy: string): Failure =>
  new Failure('CONFIG_INVALID', `${path} ${why}.`, {
    sideEffects: 'none',
    fix: human(`${remedy} Taken away, the safe makes another key, and each agent that came by TLS needs a new invitation.`),
    facts: { path },
  });

/** The key, made where there is none; of two safes that make one at once both take the first. */
const keptKey = (path: string, files: Place['files']): KeyObject => {
  const kept = files.read(path);
  if (kept === null) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    files.create(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    return keptKey(path, files);
  }
  if (kept.exposed) {
    const why = 'can be read by other users of this machine, and is the key that agents know the safe by';
    throw unfit(path, why, 'Close it (chmod 600) if nobody can have read it.');
  }
  try {
    return createPrivateKey(Buffer.from(kept.bytes));
  } catch {
    throw unfit(path, 'is no private key', 'Put the right one there, from a backup.');
  }
};

const isGood = (certificate: X509Certificate, key: KeyObject, now: number): boolean => {
  const { from, until } = timesOf(certificate);
  return certificate.checkPrivateKey(key) && from <= now && until - now > renewedMs;
};

const keptCertificate = (path: string, files: Place['files']): X509Certificate | null => {
  try {
    return new X509Certificate(Buffer.from(files.read(path)?.bytes ?? ''));
  } catch {
    return null;
  }
};

/** What writes X.509 loads where a certificate is made, once a year. */
const made = async (key: KeyObject, now: number): Promise<X509Certificate> => {
  const { selfSigned } = await import('./self-signed.ts');
  // good from yesterday on: clocks differ
  return selfSigned(key, { from: now - dayMs, until: now + goodMs });
};

/**
 * The safe's own key and certificate, kept in its folder. The key is made once, and agents know the safe by it; a certificate is made
 * whenever there is none, or the one there is ends soon. `CONFIG_INVALID` for a key that others can read, or that is none.
 */
export const ownCertificate = async ({ folder, files, now }: Place): Promise<Certified> => {
  const path = join(folder, 'certificate.pem');
  const key = keptKey(join(folder, 'key.pem'), files);
  const kept = keptCertificate(path, files);
  const certificate = kept !== null && isGood(kept, key, now) ? kept : await made(key, now);
  if (certificate !== kept) files.replace(path, certificate.toString());
  return { cert: certificate.toString(), key: key.export({ type: 'pkcs8', format: 'pem' }) as string, pin: pinOf(certificate) };
};
