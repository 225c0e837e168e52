import { createHash, type X509Certificate } from 'node:crypto';
import { parseOpenSslTime } from '../../domain/text/instant.ts';

/** What an invitation says of the safe's key: SHA-256 of the public key (SPKI), hex. Every certificate of that key has the same. */
export const pinOf = ({ publicKey }: Pick<X509Certificate, 'publicKey'>): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** From when until when a certificate is good, milliseconds since the epoch. */
export const timesOf = ({ validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>): { from: number; until: number } => ({
  from: parseOpenSslTime(validFrom),
  until: parseOpenSslTime(validTo),
});
