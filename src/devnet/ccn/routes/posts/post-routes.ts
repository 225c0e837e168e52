import type { Context, Hono } from 'hono';
import type { CcnHost } from '../../ccn-host.ts';
import type { MessageRow } from '../../message.ts';
import { type MergedPost, mergedPosts, refOf } from '../../posts/merged-posts.ts';
import { micro } from '../iso.ts';
import { tagsOf } from '../list-filter.ts';
import { cursorPage, cursorPageSize, type Order, ordered } from '../paging/cursor-page.ts';
import { datesOf, descending, hashesOf, listOf, pageOf, pathPage, requireTimeOrder, slicePage, within } from '../query.ts';
import { type PostView, postView, postViewV0 } from './post-views.ts';

/** The filters of a list: exact, all must hold. `addresses` are owners, dates those of the last change. */
const filterOf = (c: Context): ((post: MergedPost) => boolean) => {
  const original = (read: (row: MessageRow) => unknown) => (post: MergedPost) => [String(read(post.original) ?? '')];
  const wanted: [string[] | null, (post: MergedPost) => string[]][] = [
    [listOf(c, 'addresses'), original((row) => row.content?.address)],
    [hashesOf(c, 'hashes'), original((row) => row.envelope.item_hash)],
    [listOf(c, 'refs'), original(refOf)],
    [listOf(c, 'types'), original((row) => row.content?.['type'])],
    [listOf(c, 'channels'), original((row) => row.envelope.channel)],
    [listOf(c, 'tags'), ({ latest }) => tagsOf(latest)],
  ];
  const dates = datesOf(c);
  return (post) =>
    wanted.every(([list, values]) => list === null || values(post).some((value) => list.includes(value))) && within(dates, post.updated);
};

/** Posts with their amendments applied (protocol-ccn §7.1): v1 as the console reads them, v0 with the envelope. */
export const postRoutes = (app: Hono, { node }: CcnHost): void => {
  const answer = (c: Context, view: PostView, path: number | null): Response => {
    const asked = pageOf(c, 20);
    requireTimeOrder(c);
    const order: Order<MergedPost> = {
      names: ['t', 'h'],
      key: ({ updated, original }) => [micro(updated), original.envelope.item_hash],
      newestFirst: descending(c),
    };
    const posts = ordered(mergedPosts(node.state).filter(filterOf(c)), order);
    const cursor = c.req.query('cursor');
    if (cursor !== undefined) {
      const { rows, perPage, next } = cursorPage(posts, order, cursor, cursorPageSize(c, 20, 0, Number.MAX_SAFE_INTEGER));
      return c.json({ posts: rows.map((post) => view(node, post)), pagination_per_page: perPage, next_cursor: next });
    }
    const page = { ...asked, page: path ?? asked.page };
    return c.json({
      posts: slicePage(posts, page).map((post) => view(node, post)),
      pagination_page: page.page,
      pagination_total: posts.length,
      pagination_per_page: page.perPage,
      pagination_item: 'posts',
    });
  };
  for (const [version, view] of [
    ['v0', postViewV0],
    ['v1', postView],
  ] as const) {
    app.get(`/api/${version}/posts.json`, (c) => answer(c, view, null));
    app.get(`/api/${version}/posts/page/:page{.+\\.json}`, (c) => answer(c, view, pathPage(c)));
  }
};
