import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Crn } from '../world/crn.ts';
import { jsonError } from '../world/crn-error.ts';

/** Links die when the node restarts. */
const secret = randomBytes(32);
const goodForS = 24 * 3600;

const signatureOf = (id: string, hash: string, expires: number): string =>
  createHmac('sha256', secret).update(`${id}:${hash}:${expires}`).digest('hex');

/** Where an archive can be had for a day, without another proof. A real node says https and its domain, whatever its port. */
export const signedUrl = ({ address, world }: Crn, hash: string, id: string): string => {
  const expires = Math.floor(world.clock.now() / 1000) + goodForS;
  return `${address}/control/machine/${hash}/backup/${id}?signature=${signatureOf(id, hash, expires)}&expires=${expires}`;
};

/** Requires a link that this node gave and that is still good. Throws CrnError in the order of aleph-vm's operator.py. */
export const requireSigned = (crn: Crn, hash: string, id: string, query: URLSearchParams): void => {
  const [signature, expires] = [query.get('signature') ?? '', query.get('expires') ?? ''];
  if (signature === '' || expires === '') throw jsonError(403, 'Missing signature or expires parameter');
  if (!/^[+-]?\d+$/.test(expires)) throw jsonError(400, 'Invalid expires parameter');
  if (crn.world.clock.now() / 1000 > Number(expires)) throw jsonError(403, 'Download link has expired');
  const [given, right] = [Buffer.from(signature), Buffer.from(signatureOf(id, hash, Number(expires)))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw jsonError(403, 'Invalid signature');
};
