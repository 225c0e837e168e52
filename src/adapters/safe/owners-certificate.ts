import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { timesOf } from './certificate-facts.ts';
import type { Certified } from './listen.ts';

interface Paths {
  certificate: string;
  key: string;
}

const unfit = (flag: string, value: string, why: string, fix: string): Failure =>
  new Failure('USAGE', `--${flag} "${value}" is not right: ${why}.`, { sideEffects: 'none', fix: human(fix) });

const readable = (flag: string, path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw unfit(flag, path, `it cannot be read (${code})`, 'Name a file that the user of the safe may read.');
  }
};

const certificateIn = (path: string): { certificate: X509Certificate; chain: string } => {
  const bytes = readable('tls-cert', path);
  try {
    return { certificate: new X509Certificate(bytes), chain: bytes.toString() };
  } catch {
    throw unfit('tls-cert', path, 'it holds no certificate', 'It takes PEM: the certificate first, then those that vouch for it.');
  }
};

const keyIn = (path: string): KeyObject => {
  const bytes = readable('tls-key', path);
  if ((statSync(path).mode & 0o007) !== 0)
    throw unfit('tls-key', path, 'every user of this machine may read it', 'Close it: chmod o= FILE');
  try {
    return createPrivateKey(bytes);
  } catch {
    throw unfit('tls-key', path, 'it holds no private key that opens without a passphrase', 'It takes PEM, as certbot writes it.');
  }
};

/** The owner's certificate and key. There is no pin: agents check chain and name, so the name in `url` has to be in it. `USAGE`. */
export const ownersCertificate = ({ certificate: path, key: keyPath }: Paths, url: string, now: number): Certified => {
  const { certificate, chain } = certificateIn(path);
  const key = keyIn(keyPath);
  if (!certificate.checkPrivateKey(key)) {
    throw unfit('tls-key', keyPath, `it is not the key of ${path}`, 'Name the two that belong together.');
  }
  try {
    createSecureContext({ cert: chain, key: key.export({ type: 'pkcs8', format: 'pem' }) });
  } catch (thrown) {
    throw unfit('tls-cert', path, `TLS refuses it (${(thrown as Error).message})`, 'Have one made with a key of today.');
  }
  const { from, until } = timesOf(certificate);
  if (until <= now || from > now) {
    const times = `it is good from ${certificate.validFrom} to ${certificate.validTo}`;
    throw unfit('tls-cert', path, times, 'Have it renewed, or leave it out: the safe makes one of its own.');
  }
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if ((isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) === undefined) {
    const names = certificate.subjectAltName ?? 'nobody';
    throw unfit(
      'tls-cert',
      path,
      `it is for ${names}, and agents come to ${host}`,
      'Say with --public-url by which of its names they come.',
    );
  }
  return { cert: chain, key: key.export({ type: 'pkcs8', format: 'pem' }) as string, pin: null };
};
