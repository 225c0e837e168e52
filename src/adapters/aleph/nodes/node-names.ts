import * as z from 'zod';
import { shortId } from '../../../domain/text/short-id.ts';
import { cleanUntrusted } from '../../../domain/text/untrusted.ts';
import type { Cache } from '../../../ports/cache.ts';
import { nodeListUrl } from './node-list-url.ts';

const kept = z.array(z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), untrustedName: z.string() }));

/**
 * Nodes of the last list that was kept of a network, by what may stand in a command line: the operator's name where no shell reads
 * anything into it, and the hash.
 */
export const nodeNames = (cache: Cache, crnsList: string): { hash: string; name: string | null }[] => {
  const found = kept.safeParse(cache.read(`nodes ${nodeListUrl(crnsList)}`, Number.POSITIVE_INFINITY)?.value);
  return (found.data ?? []).map(({ hash, untrustedName }) => {
    const name = cleanUntrusted(untrustedName);
    return { hash: shortId(hash), name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(name) ? name : null };
  });
};
