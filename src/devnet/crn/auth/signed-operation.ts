import { pythonIso } from '../../world/python-iso.ts';
import { jsonError, unhandled } from '../world/crn-error.ts';
import { fromHex, parseObject } from './signed-pubkey.ts';

export interface SignedOperation {
  method: string;
  path: string;
  domain: string;
  payload: Buffer;
  signature: Buffer;
}

/** A signed time is good for two minutes on either side (aleph-vm views/authentication.py). */
const windowMs = 120_000;

const malformed = () => jsonError(400, 'Invalid X-SignedOperation fields');

const timeOf = (value: unknown): number => {
  if (typeof value === 'number') return value > 2e10 ? value : value * 1000;
  const read = typeof value === 'string' ? pythonIso(value) : null;
  if (read === null) throw malformed();
  if (read.naive) throw unhandled("can't compare offset-naive and offset-aware datetimes", 'TypeError');
  return read.ms;
};

/** Reads `X-SignedOperation` at `now` (ms), before anything in it is compared with the request. Throws CrnError. */
export const readSignedOperation = (header: string | undefined, now: number): SignedOperation => {
  if (header === undefined) throw jsonError(400, 'Missing X-SignedOperation header');
  const envelope = parseObject(header);
  const payload = fromHex(envelope?.['payload']);
  const written = envelope?.['signature'];
  const signature = fromHex(typeof written === 'string' ? written.replace(/^0x/, '') : null);
  if (payload === null || signature === null) throw malformed();
  const { time, method, path, domain } = parseObject(payload.toString('utf8')) ?? {};
  if (typeof method !== 'string' || !['POST', 'GET', 'DELETE'].includes(method)) throw malformed();
  if (typeof path !== 'string' || typeof domain !== 'string') throw malformed();
  if (Math.abs(timeOf(time) - now) > windowMs) throw malformed();
  return { method, path, domain, payload, signature };
};
