import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, START, signed } from './ccn-bench.ts';

const AT = START / 1000;
const post = (body: number, more: object = {}) => signed('POST', { type: 'note', content: { body, tags: [`t${body}`] }, ...more });

/** Three posts of alice, the first amended twice, and one of bob. */
const filled = async () => {
  const bench = ccnBench();
  const originals = [post(0, { time: AT + 10 }), post(1, { time: AT + 20 }), post(2, { time: AT + 30 })] as const;
  const amend = (body: string, time: number) =>
    signed('POST', { type: 'amend', ref: originals[0].item_hash, content: { body, tags: ['amended'] }, time });
  const amends = [amend('later', AT + 50), amend('earlier', AT + 40), amend('before the post itself', AT + 5)];
  const other = signed('POST', { type: 'other', content: { body: 'bob' }, time: AT + 25 }, { by: bob, channel: 'ELSE' });
  for (const message of [...originals, ...amends, other]) await bench.publish(message);
  return { bench, originals, latest: amends[0], other };
};

describe('D-02 posts', () => {
  it('come in v0 with the envelope of what counts, and the original beside it', async () => {
    const { bench, originals, latest } = await filled();
    const [original] = originals;
    const { status, body } = await bench.get(`/api/v0/posts.json?hashes=${original.item_hash}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      posts: [
        {
          chain: 'ETH',
          item_hash: latest?.item_hash,
          sender: alice.address,
          type: 'amend',
          channel: 'TEST',
          confirmed: false,
          content: { body: 'later', tags: ['amended'] },
          item_content: latest?.item_content,
          item_type: 'inline',
          signature: latest?.signature,
          size: latest?.item_content.length,
          time: latest?.time,
          confirmations: [],
          original_item_hash: original.item_hash,
          original_signature: original.signature,
          original_type: 'note',
          hash: original.item_hash,
          address: alice.address,
          ref: null,
        },
      ],
      pagination_page: 1,
      pagination_total: 1,
      pagination_per_page: 20,
      pagination_item: 'posts',
    });
  });

  it.each(['v0', 'v1'])('come in %s by last change, filtered, by page in the path or not', async (version) => {
    const { bench, originals, other } = await filled();
    const [first, second, third] = originals.map(({ item_hash }) => item_hash);
    const ask = async (query: string): Promise<string[]> =>
      (await bench.get(`/api/${version}/${query}`)).body.posts.map((one: { original_item_hash: string }) => one.original_item_hash);
    expect(await ask('posts.json')).toEqual([first, third, other.item_hash, second]);
    expect(await ask('posts.json?sortOrder=1&pagination=2')).toEqual([second, other.item_hash]);
    expect(await ask('posts/page/2.json?pagination=3')).toEqual([second]);
    expect(await ask(`posts.json?addresses=${bob.address}`)).toEqual([other.item_hash]);
    expect(await ask('posts.json?types=other,nothing')).toEqual([other.item_hash]);
    expect(await ask('posts.json?channels=ELSE')).toEqual([other.item_hash]);
    expect(await ask('posts.json?tags=amended,t2')).toEqual([first, third]);
    expect(await ask('posts.json?tags=t0')).toEqual([]);
    expect(await ask(`posts.json?startDate=${AT + 30}&endDate=${AT + 50}`)).toEqual([third]);
    expect(await ask('posts.json?refs=nothing')).toEqual([]);
  });

  it.each([
    ['posts.json?hashes=nope', 422, [{ type: 'value_error', loc: ['hashes', 0], ctx: { error: "Could not determine hash type: 'nope'" } }]],
    ['posts.json?startDate=9&endDate=8', 422, [{ msg: 'Value error, end date cannot be lower than start date.' }]],
    ['posts/page/x.json', 400, 'Invalid page value in path: x'],
    ['posts/page/0.json', 422, 'Page number must be greater than 1.'],
  ])('refuse %s', async (path, status, body) => {
    const answer = await ccnBench().get(`/api/v0/${path}`);
    expect(answer.status).toBe(status);
    if (typeof body === 'string') expect(answer.body).toBe(body);
    else expect(answer.body).toMatchObject(body);
  });

  it('that are forgotten take their amendments with them', async () => {
    const { bench, originals, latest } = await filled();
    const [original] = originals;
    await bench.publish(signed('FORGET', { hashes: [original.item_hash] }));
    const { body } = await bench.get(`/api/v0/messages/${latest?.item_hash}`);
    expect(body.status).toBe('forgotten');
    expect(body.message.payment_type).toBe('hold');
    expect((await bench.get('/api/v0/posts.json')).body.pagination_total).toBe(3);
  });
});
