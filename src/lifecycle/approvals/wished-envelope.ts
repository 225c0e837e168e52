import { Failure } from '../../domain/failure/failure.ts';
import { parseUsd } from '../../domain/money/money.ts';
import type { Envelope } from '../../domain/plan/envelope.ts';

const weekSeconds = 7 * 86_400;

/** Reads an envelope as it was typed. `USAGE` for one that lets nothing pass, or that lasts too long. */
export const wishedEnvelope = (wish: { upTo: string; ttl: number; cu: number; vms: number; until: number }): Envelope => {
  const credits = parseUsd(wish.upTo);
  if (credits === 0n || wish.until === 0) throw new Failure('USAGE', 'An envelope of nothing lets nothing pass.');
  if (wish.until > weekSeconds) throw new Failure('USAGE', 'An envelope lasts for at most 7d.');
  return { credits: String(credits), ttlSeconds: wish.ttl, computeUnits: wish.cu, vms: wish.vms, forSeconds: wish.until };
};
