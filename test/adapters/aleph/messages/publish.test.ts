import { describe, expect, it } from 'vitest';
import type { SignedMessage } from '../../../../src/ports/network/messages.ts';
import { type Asked, cloudOf, json, text } from '../network-of.ts';
import { recorded, replay } from '../recorded.ts';

const id = 'ab'.repeat(32);
const message: SignedMessage = { id, kind: 'INSTANCE', bytes: '{"sync":true,"message":{"item_hash":"…"}}', signedAt: 0 };
const published = (status: string) => ({ publication_status: { status: 'success', failed: [] }, message_status: status });
const isPost = (asked: Asked) => asked.method === 'POST' && asked.url.pathname === '/api/v0/messages';
const status = (word: string) => json({ status: word, item_hash: id, reception_time: '2026-11-20T12:00:00Z' });
const dropped = (): never => {
  throw new TypeError('fetch failed');
};

/** Two hosts: what each says to status reads, in turn (the last one for ever), and to a post. `null` drops the connection. */
const against = (
  script: Record<'one' | 'two', { words: (string | null)[]; post?: () => Response; stored?: () => Response }>,
  timeoutMs = 60_000,
) => {
  const left = { one: [...script.one.words], two: [...script.two.words] };
  const world = cloudOf((asked) => {
    const host = asked.url.hostname.startsWith('one') ? 'one' : 'two';
    if (isPost(asked)) return (script[host].post ?? dropped)();
    if (!asked.url.pathname.endsWith('/status')) return script[host].stored?.();
    const word = left[host].length > 1 ? left[host].shift() : left[host][0];
    return word === null || word === undefined ? dropped() : word === 'unknown' ? undefined : status(word);
  });
  const posts = () => world.asked.filter(isPost);
  return { ...world, posts, publication: world.cloud.messages.publish(message, { timeoutMs }) };
};

describe('publish', () => {
  it('sends exactly the bytes, once, after reading the status of every host', async () => {
    const { publication, posts, asked } = against({
      one: { words: ['unknown'], post: () => json(published('processed')) },
      two: { words: ['unknown'] },
    });
    expect(await publication).toEqual({ status: 'processed', rejection: null });
    expect(posts().map((post) => post.body)).toEqual([message.bytes]);
    expect(posts()[0]?.headers.get('content-type')).toBe('application/json');
    expect(
      asked
        .slice(0, 2)
        .map((one) => `${one.method} ${one.url.hostname}`)
        .sort(),
    ).toEqual(['GET one.aleph.im', 'GET two.aleph.im']);
  });

  it.each(['processed', 'removing'])('never repeats what a host knows: %s', async (word) => {
    const { publication, posts } = against({ one: { words: ['unknown'] }, two: { words: [word] } });
    expect(await publication).toEqual({ status: 'processed', rejection: null });
    expect(posts()).toEqual([]);
  });

  it('gives the code of a message that is forgotten already', async () => {
    const { publication, posts } = against({ one: { words: ['forgotten'] }, two: { words: ['processed'] } });
    expect(await publication).toEqual({ status: 'rejected', rejection: { code: 504, reason: 'target', details: null } });
    expect(posts()).toEqual([]);
  });

  it('waits for what is pending instead of posting it', async () => {
    const { publication, posts } = against({ one: { words: ['pending', 'pending', 'processed'] }, two: { words: ['unknown'] } });
    expect(await publication).toEqual({ status: 'processed', rejection: null });
    expect(posts()).toEqual([]);
  });

  it('says pending when the time is over', async () => {
    const { publication, clock } = against({ one: { words: ['pending'] }, two: { words: ['unknown'] } }, 20_000);
    const start = clock.now();
    expect(await publication).toEqual({ status: 'pending', rejection: null });
    expect(clock.now() - start).toBeGreaterThanOrEqual(20_000);
    expect(clock.now() - start).toBeLessThan(26_000);
  });

  it('fetches the reason of a rejection, as the real node recorded it', async () => {
    const stored = recorded('ccn-http', 'instance_insufficient_credit_get');
    const body = { ...(stored.response.body as object), item_hash: id };
    const { publication } = against({
      one: {
        words: ['unknown'],
        post: () => replay(recorded('ccn-http', 'instance_insufficient_credit')),
        stored: () => json(body),
      },
      two: { words: ['unknown'] },
    });
    expect(await publication).toEqual({
      status: 'rejected',
      rejection: {
        code: 6,
        reason: 'credits',
        details: { errors: [{ account_credits: '1000', min_runtime_days: 1, required_credits: '341999.999999999999971200' }] },
      },
    });
  });

  it('tells a schema refusal, which is text, from a rejection, and tries every host once', async () => {
    const bad = () => replay(recorded('ccn-http', 'instance_bad_item_hash'));
    const { publication, posts } = against({ one: { words: ['unknown'], post: bad }, two: { words: ['unknown'], post: bad } });
    expect(await publication).toEqual({ status: 'invalid', rejection: null });
    expect(posts().map((post) => post.url.hostname)).toEqual(['one.aleph.im', 'two.aleph.im']);
  });

  it('reads the status when the answer was dropped after it took effect', async () => {
    const { publication, posts } = against({ one: { words: ['unknown', 'processed'], post: dropped }, two: { words: ['unknown'] } });
    expect(await publication).toEqual({ status: 'processed', rejection: null });
    expect(posts()).toHaveLength(1);
  });

  it('sends the same bytes to the next host only after seconds in which nobody knew them', async () => {
    const sent: number[] = [];
    const timed = (answer: () => Response) => () => {
      sent.push(world.clock.now());
      return answer();
    };
    const world: ReturnType<typeof against> = against({
      one: { words: ['unknown'], post: timed(dropped) },
      two: { words: ['unknown'], post: timed(() => json(published('processed'))) },
    });
    expect(await world.publication).toEqual({ status: 'processed', rejection: null });
    expect(world.posts().map((post) => [post.url.hostname, post.body])).toEqual([
      ['one.aleph.im', message.bytes],
      ['two.aleph.im', message.bytes],
    ]);
    expect(sent[1]! - sent[0]!).toBeGreaterThanOrEqual(5_000);
  });

  it('goes on at once where a host took nothing: 429, or published nowhere', async () => {
    const nowhere = { publication_status: { status: 'error', failed: ['p2p', 'ipfs'] }, message_status: null };
    for (const refusal of [() => text('slow down', 429), () => json(nowhere, 500)]) {
      const { publication, posts, clock } = against({
        one: { words: ['unknown'], post: refusal },
        two: { words: ['unknown'], post: () => json(published('processed')) },
      });
      const start = clock.now();
      expect(await publication).toMatchObject({ status: 'processed' });
      expect(posts()).toHaveLength(2);
      expect(clock.now() - start).toBeLessThan(5_000);
    }
  });

  it('says unsent, and posts to no one, while no host answers', async () => {
    const { publication, posts } = against({ one: { words: [null] }, two: { words: [null] } }, 10_000);
    expect(await publication).toEqual({ status: 'unsent', rejection: null });
    expect(posts()).toEqual([]);
  });

  it('says unknown when every post was lost', async () => {
    const { publication, posts } = against({ one: { words: ['unknown'] }, two: { words: ['unknown'] } }, 40_000);
    expect(await publication).toEqual({ status: 'unknown', rejection: null });
    expect(posts()).toHaveLength(2);
  });
});
