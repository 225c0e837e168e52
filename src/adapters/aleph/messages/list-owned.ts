import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import type { OwnedResource } from '../../../ports/network/accounts.ts';
import type { CcnHosts } from '../http/ccn-hosts.ts';
import { mib } from '../http/http.ts';
import { pagesFrom } from '../http/read-pages.ts';

const row = z.object({
  item_hash: z.string().regex(/^[0-9A-Za-z]{1,128}$/),
  type: z.enum(['INSTANCE', 'PROGRAM', 'V-PROGRAM']),
  sender: z.string().max(128),
  channel: z.string().max(128).nullish(),
});
const shape = z.object({ messages: z.array(row), pagination_total: z.int().nonnegative() });

/**
 * Everything that runs at the owner's cost, whoever sent it (protocol-ccn.md §2.7: `owners` filters on `content.address`). What any host
 * lists counts: who is asked about a grant must hear of all that it reaches.
 */
export const listOwned = async (ccn: CcnHosts, owner: string): Promise<OwnedResource[]> => {
  const listing = (types: string) => ({
    path: `/api/v0/messages.json?msgTypes=${types}&owners=${encodeURIComponent(owner)}&sortOrder=1`,
    perPage: 200,
    shape,
    rows: (page: z.output<typeof shape>) => page.messages,
    total: (page: z.output<typeof shape>) => page.pagination_total,
  });
  const readings = await Promise.all(
    ccn.hosts.map((host) =>
      Promise.all([
        pagesFrom(ccn, host, listing('INSTANCE,PROGRAM'), { limitBytes: 8 * mib }),
        // a host of before this type refuses its name
        pagesFrom(ccn, host, listing('V-PROGRAM'), { limitBytes: 8 * mib, nothing: [400, 422] }),
      ]),
    ),
  );
  const lists = readings.flatMap(([usual, verifiable]) =>
    usual.kind === 'value' && verifiable.kind === 'value' ? [[...usual.value.rows, ...verifiable.value.rows]] : [],
  );
  if (lists.length < Math.max(1, Math.min(2, ccn.hosts.length))) {
    throw new Failure('NETWORK_UNAVAILABLE', `Only ${lists.length} CCN hosts list what runs at the cost of ${owner}; two are needed.`);
  }
  const found = lists.flat().map(({ item_hash: id, type, sender, channel }) => ({ id, type, sender, channel: channel ?? null }));
  return [...new Map(found.map((each) => [each.id, each])).values()];
};
