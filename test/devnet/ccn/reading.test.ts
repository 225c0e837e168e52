import { describe, expect, it } from 'vitest';
import { alice, ccnBench, signed } from './ccn-bench.ts';

const AT = `/api/v0/aggregates/${alice.address}.json`;

describe('aggregates', () => {
  it('merge per top-level key; nulls stay; an equal time is dropped', async () => {
    const bench = ccnBench();
    const write = (content: object, time: number) => bench.publish(signed('AGGREGATE', { key: 'k', content, time }));
    await write({ a: 1, b: { x: 1 } }, 100);
    await write({ b: { y: 2 }, c: null }, 101.5);
    await write({ a: 'late' }, 50);
    await write({ c: 'same time' }, 101.5);
    expect((await bench.get(`${AT}?keys=k`)).body.data.k).toEqual({ a: 1, b: { y: 2 }, c: null });
    expect((await bench.get(`${AT}?keys=k&value_only=true`)).body).toEqual({ a: 1, b: { y: 2 }, c: null });
    expect((await bench.get(`${AT}?with_info=true`)).body.info.k).toMatchObject({ created: '1970-01-01T00:00:50+00:00' });
    expect((await bench.get(`/api/v0/aggregates/${alice.address.toLowerCase()}.json`)).status).toBe(404);
    expect((await bench.get('/api/v0/aggregates.json?keys=k')).body.aggregates).toHaveLength(1);
  });
});

describe('lists', () => {
  const filled = async () => {
    const bench = ccnBench();
    const posts = [];
    for (let i = 0; i < 5; i++) {
      const post = signed('POST', { type: 'note', content: { body: i, tags: [`t${i % 2}`] } });
      await bench.publish(post);
      posts.push(post.item_hash);
    }
    return { bench, newestFirst: posts.reverse() };
  };
  const hashes = (body: { messages: { item_hash: string }[] }): string[] => body.messages.map((message) => message.item_hash);

  it('come by cursor without loss or repetition', async () => {
    const { bench, newestFirst } = await filled();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: { body: { messages: { item_hash: string }[]; next_cursor: string | null } } = await bench.get(
        `/api/v0/messages.json?addresses=${alice.address}&pagination=2&cursor=${cursor}`,
      );
      seen.push(...hashes(body));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(newestFirst);
  });

  it('come by page, filtered and the other way round', async () => {
    const { bench, newestFirst } = await filled();
    const mine = `/api/v0/messages.json?addresses=${alice.address}`;
    expect(hashes((await bench.get(`${mine}&pagination=2&page=2`)).body)).toEqual(newestFirst.slice(2, 4));
    expect(hashes((await bench.get(`${mine}&sortOrder=1&pagination=0`)).body)).toEqual([...newestFirst].reverse());
    expect((await bench.get(`${mine}&tags=t1`)).body.pagination_total).toBe(2);
    expect((await bench.get(`${mine}&contentTypes=note&contentFormat=headers`)).body.messages[0]).not.toHaveProperty('item_content');
    expect(hashes((await bench.get(`/api/v0/messages/page/2.json?addresses=${alice.address}&pagination=4`)).body)).toEqual(
      newestFirst.slice(4),
    );
  });

  it.each([
    ['msgStatuses=forgotten,processed', 400],
    ['pagination=-1', 422],
    ['page=0', 422],
    ['msgTypes=NOPE', 422],
    ['cursor=&pagination=0', 422],
  ])('refuse %s with %i', async (query, status) => {
    expect((await ccnBench().get(`/api/v0/messages.json?${query}`)).status).toBe(status);
  });
});

describe('a node', () => {
  it('says its version and its clock', async () => {
    const bench = ccnBench();
    const answer = await bench.get('/api/v0/version');
    expect(answer.body).toEqual({ version: expect.any(String) });
    expect(answer.headers.get('date')).toBe('Fri, 20 Nov 2026 12:00:00 GMT');
  });

  it('takes a file with its STORE message, and refuses one that nobody pays for', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 10_000_000n);
    const { sha256Hex } = await import('../../../src/devnet/ccn/item-hash.ts');
    const upload = async (payment: object | undefined) => {
      const bytes = `file ${JSON.stringify(payment)}`;
      const content = { item_type: 'storage', item_hash: sha256Hex(bytes), ...(payment ? { payment } : {}) };
      const form = new FormData();
      form.set('file', new File([bytes], 'file'));
      form.set('metadata', JSON.stringify({ message: signed('STORE', content), sync: true }));
      const response = await bench.clock.drive(
        Promise.resolve(bench.ccn.app('a').request('/api/v0/storage/add_file', { method: 'POST', body: form })),
      );
      return [response.status, (await response.text()).replace(sha256Hex(bytes), 'HASH')];
    };
    expect(await upload({ chain: 'ETH', type: 'credit' })).toEqual([200, '{"status":"success","hash":"HASH"}']);
    expect(await upload(undefined)).toEqual([402, '402: Payment Required']);
    expect((await bench.get(`/api/v0/addresses/${alice.address}/files`)).body.files).toHaveLength(1);
  });
});
