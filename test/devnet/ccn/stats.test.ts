import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, signed } from './ccn-bench.ts';

describe('who sent what', () => {
  it('is counted by address, by page and by cursor; channels and kinds of posts are listed', async () => {
    const { publish, get } = ccnBench();
    for (const type of ['b', 'a', 'a']) await publish(signed('POST', { type, content: {} }));
    await publish(signed('AGGREGATE', { key: 'k', content: {} }, { by: bob, channel: 'ELSE' }));
    const counts = { aggregate: 0, forget: 0, instance: 0, post: 0, program: 0, store: 0 };
    const people = { [alice.address]: { ...counts, messages: 3, post: 3 }, [bob.address]: { ...counts, messages: 1, aggregate: 1 } };
    const both = `${alice.address.slice(0, 3)}`;
    const { body } = await get('/api/v1/addresses/stats.json?sortOrder=-1&pagination=2');
    expect(body).toMatchObject({ pagination_item: 'addresses', pagination_page: 1, pagination_per_page: 2 });
    const first = await get('/api/v1/addresses/stats.json?sortBy=post&pagination=1&cursor=');
    expect(first.body).toEqual({
      data: { [alice.address]: people[alice.address] },
      pagination_per_page: 1,
      next_cursor: expect.any(String),
    });
    const rest = await get(`/api/v1/addresses/stats.json?sortBy=post&pagination=9&cursor=${first.body.next_cursor}`);
    expect(rest.body).toMatchObject({ data: { [bob.address]: people[bob.address] }, next_cursor: null });
    expect((await get(`/api/v1/addresses/stats.json?addressContains=${alice.address.toUpperCase().slice(4, 20)}`)).body.data).toEqual({
      [alice.address]: people[alice.address],
    });
    expect((await get(`/api/v1/addresses/stats.json?addressContains=${both.repeat(30)}`)).body).toMatchObject([
      { type: 'string_too_long', loc: ['addressContains'], ctx: { max_length: 66 } },
    ]);
    expect((await get(`/api/v0/addresses/${alice.address}/post_types`)).body).toEqual({ address: alice.address, post_types: ['a', 'b'] });
    expect((await get(`/api/v0/addresses/${bob.address}/channels`)).body).toEqual({ address: bob.address, channels: ['ELSE'] });
    expect((await get('/api/v0/channels/list.json')).body.channels).toEqual(expect.arrayContaining(['ELSE', 'TEST']));
  });

  it('holds no tokens', async () => {
    const { get } = ccnBench();
    expect((await get('/api/v0/balances')).body).toMatchObject({ balances: [], pagination_total: 0, pagination_per_page: 100 });
    expect((await get('/api/v0/balances?cursor=')).body).toEqual({ balances: [], next_cursor: null, pagination_per_page: 100 });
    expect((await get('/api/v0/balances?chains=NOPE')).status).toBe(422);
  });
});
