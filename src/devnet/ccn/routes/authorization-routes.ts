import type { Context, Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { Authorization } from '../permissions.ts';
import { authorizationsOf } from '../permissions.ts';
import { listOf, pageOf, slicePage } from './query.ts';

const overlaps = (wanted: string[] | null, held: unknown): boolean =>
  wanted === null || (Array.isArray(held) && held.some((value) => wanted.includes(String(value))));

const matches = (c: Context, entry: Authorization): boolean => {
  const chains = listOf(c, 'chains');
  return (
    overlaps(listOf(c, 'types'), entry.types) &&
    overlaps(listOf(c, 'channels'), entry.channels) &&
    overlaps(listOf(c, 'postTypes'), entry.post_types) &&
    overlaps(listOf(c, 'aggregateKeys'), entry.aggregate_keys) &&
    (chains === null || chains.includes(String(entry.chain)))
  );
};

/** Who may act for whom (protocol-ccn §1.6); always 200, addresses exactly as typed in the aggregates. */
export const authorizationRoutes = (app: Hono, { node }: CcnHost): void => {
  const answer = (c: Context, address: string, found: [other: string, entry: Authorization][]): Response => {
    const page = pageOf(c, 20, 1, 500);
    const parties = [...new Set(found.map(([other]) => other))];
    const shown = slicePage(parties, page).map((other) => [
      other,
      found.filter(([party]) => party === other).map(([, { address: _address, ...entry }]) => entry),
    ]);
    return c.json({
      authorizations: Object.fromEntries(shown),
      pagination_page: page.page,
      pagination_per_page: page.perPage,
      pagination_total: parties.length,
      pagination_item: 'authorizations',
      address,
    });
  };
  const name = (file: string): string => file.slice(0, -'.json'.length);

  app.get('/api/v0/authorizations/granted/:file{.+\\.json}', (c) => {
    const owner = name(c.req.param('file'));
    const grantee = c.req.query('grantee');
    const entries = authorizationsOf(node.state, owner)
      .filter((entry) => (grantee === undefined || entry.address === grantee) && matches(c, entry))
      .map((entry): [string, Authorization] => [String(entry.address), entry]);
    return answer(c, owner, entries);
  });

  app.get('/api/v0/authorizations/received/:file{.+\\.json}', (c) => {
    const address = name(c.req.param('file'));
    const granter = c.req.query('granter');
    const entries = [...node.state.aggregates.keys()]
      .filter((owner) => granter === undefined || owner === granter)
      .flatMap((owner) =>
        authorizationsOf(node.state, owner)
          .filter((entry) => entry.address === address && matches(c, entry))
          .map((entry): [string, Authorization] => [owner, entry]),
      );
    return answer(c, address, entries);
  });
};
