import type { Hono } from 'hono';
import type { CcnHost } from '../ccn-host.ts';
import type { MessageRow } from '../message.ts';
import { isoMicro } from './iso.ts';
import { descending, listOf, pageOf, slicePage } from './query.ts';

/** Posts with their amendments applied (protocol-ccn §7.1). Here `addresses` are owners. */
export const postRoutes = (app: Hono, { node }: CcnHost): void => {
  app.get('/api/v1/posts.json', (c) => {
    const filters: [string[] | null, (row: MessageRow) => string | null | undefined][] = [
      [listOf(c, 'addresses'), (row) => row.content?.address],
      [listOf(c, 'hashes'), (row) => row.envelope.item_hash],
      [listOf(c, 'refs'), (row) => row.content?.['ref'] as string | undefined],
      [listOf(c, 'types'), (row) => row.content?.['type'] as string | undefined],
      [listOf(c, 'channels'), (row) => row.envelope.channel],
    ];
    const posts = [...node.state.messages.values()].filter((row) => row.envelope.type === 'POST' && row.status === 'processed');
    const amended = (original: MessageRow): MessageRow =>
      posts
        .filter((row) => row.content?.['type'] === 'amend' && row.content['ref'] === original.envelope.item_hash)
        .sort((a, b) => a.envelope.time - b.envelope.time)
        .at(-1) ?? original;
    const newestFirst = descending(c);
    const originals = posts
      .filter(
        (row) => row.content?.['type'] !== 'amend' && filters.every(([list, field]) => list === null || list.includes(field(row) ?? '')),
      )
      .sort((a, b) => (newestFirst ? b.envelope.time - a.envelope.time : a.envelope.time - b.envelope.time));
    const page = pageOf(c, 20);
    const view = (row: MessageRow) => {
      const last = amended(row);
      return {
        item_hash: last.envelope.item_hash,
        content: last.content?.['content'] ?? null,
        original_item_hash: row.envelope.item_hash,
        original_type: row.content?.['type'],
        address: row.content?.address,
        ref: row.content?.['ref'] ?? null,
        channel: row.envelope.channel,
        created: isoMicro(row.envelope.time, '+00:00'),
        last_updated: isoMicro(last.envelope.time, '+00:00'),
      };
    };
    return c.json({
      posts: slicePage(originals, page).map(view),
      pagination_page: page.page,
      pagination_total: originals.length,
      pagination_per_page: page.perPage,
      pagination_item: 'posts',
    });
  });
};
