import { beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import { alice, ccnBench, START, signed } from './ccn-bench.ts';

type Bench = ReturnType<typeof ccnBench>;

const upload = (bench: Bench, bytes: string, time: number): Promise<unknown> => {
  const content = { item_type: 'storage', item_hash: sha256Hex(bytes), payment: { chain: 'ETH', type: 'credit' }, time };
  const form = new FormData();
  form.set('file', new File([bytes], 'file'));
  form.set('metadata', JSON.stringify({ message: signed('STORE', content), sync: true }));
  return bench.clock.drive(Promise.resolve(bench.ccn.app('a').request('/api/v0/storage/add_file', { method: 'POST', body: form })));
};

/** Five of everything, two pairs of them of one instant. */
const filled = async (): Promise<Bench> => {
  const bench = ccnBench();
  bench.ccn.fund(alice.address, 100_000_000n);
  for (let i = 0; i < 5; i++) {
    const time = START / 1000 + Math.floor(i / 2);
    await bench.publish(signed('POST', { type: 'note', content: { i }, time }));
    await bench.publish(signed('AGGREGATE', { key: `key-${i}`, content: { i }, time }));
    await upload(bench, `file ${i}`, time);
    bench.ccn.fund(`0x${String(i).repeat(40)}`, 1n);
  }
  for (let i = 1; i < 5; i++) bench.ccn.fund(alice.address, 1_000_000n);
  return bench;
};

let bench: Bench;
beforeAll(async () => {
  bench = await filled();
});

const lists = [
  ['posts v0', '/api/v0/posts.json?types=note', 'posts', 'original_item_hash'],
  ['posts v1', '/api/v1/posts.json?types=note', 'posts', 'original_item_hash'],
  ['messages', `/api/v0/messages.json?contentTypes=note`, 'messages', 'item_hash'],
  ['aggregates', `/api/v0/aggregates.json?addresses=${alice.address}`, 'aggregates', 'key'],
  ['files of an address', `/api/v0/addresses/${alice.address}/files?`, 'files', 'item_hash'],
  ['credit balances', '/api/v0/credit_balances?', 'credit_balances', 'address'],
  ['credit history', `/api/v0/addresses/${alice.address}/credit_history?`, 'credit_history', 'credit_ref'],
] as const;

describe.each(lists)('D-05 %s by cursor', (_name, path, list, id) => {
  const walk = async (more: string): Promise<string[]> => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page++) {
      if (page > 9) throw new Error('It never ends.');
      const { body, status }: { body: Record<string, unknown>; status: number } = await bench.get(
        `${path}&pagination=2&cursor=${cursor}${more}`,
      );
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('pagination_total');
      const rows = body[list] as Record<string, string>[];
      expect(rows.length).toBeLessThanOrEqual(2);
      seen.push(...rows.map((row) => row[id] ?? ''));
      cursor = body['next_cursor'] as string | null;
    }
    return seen;
  };

  it('is the whole list, in its order, once', async () => {
    const whole = (await bench.get(`${path}&pagination=100`)).body[list].map((row: Record<string, string>) => row[id]);
    expect(whole.length).toBeGreaterThanOrEqual(5);
    expect(await walk('')).toEqual(whole);
    const order = path.startsWith('/api/v0/addresses') ? 'sort_order' : 'sortOrder';
    const upwards = (await bench.get(`${path}&pagination=100&${order}=1`)).body[list].map((row: Record<string, string>) => row[id]);
    expect(await walk(`&${order}=1`)).toEqual(upwards);
  });

  it('has pages of at most 200, and none without end', async () => {
    const many = await bench.get(`${path}&pagination=300&cursor=`);
    expect(many.body).toMatchObject({ pagination_per_page: 200, next_cursor: null });
    const endless = await bench.get(`${path}&pagination=0&cursor=`);
    expect(endless.status).toBe(422);
    if (list !== 'aggregates') expect(endless.body).toBe('pagination=0 is not allowed with cursor-based pagination');
  });

  it('refuses a cursor that it did not make', async () => {
    const bad = async (cursor: string) => {
      const { status, body } = await bench.get(`${path}&pagination=2&cursor=${cursor}`);
      return [status, body];
    };
    expect(await bad('nonsense')).toEqual([422, 'Expecting value: line 1 column 1 (char 0)']);
    expect(await bad(Buffer.from('{"x":1}').toString('base64url'))).toEqual([422, 'Invalid cursor: missing required fields']);
  });
});

describe('D-05 times by cursor', () => {
  it('are numbers for files and history, text for posts and aggregates', async () => {
    const first = async (path: string, list: string) => (await bench.get(`${path}&pagination=1&cursor=`)).body[list][0];
    expect(await first(`/api/v0/addresses/${alice.address}/files?`, 'files')).toMatchObject({ created: START / 1000 + 2 });
    const [move] = (await bench.get(`/api/v0/addresses/${alice.address}/credit_history?pagination=1&cursor=`)).body.credit_history;
    expect(move).toMatchObject({ message_timestamp: expect.closeTo(START / 1000, -2), price: 0.000001, expiration_date: null });
    expect(await first('/api/v1/posts.json?', 'posts')).toMatchObject({ created: expect.stringMatching(/^2026-11-20T12:0.*\+00:00$/) });
    expect(await first(`/api/v0/aggregates.json?addresses=${alice.address}`, 'aggregates')).toMatchObject({
      created: '2026-11-20T12:00:02+00:00',
    });
  });

  it('go on where a row was that is gone', async () => {
    const own = await filled();
    const { body } = await own.get('/api/v1/posts.json?types=note&pagination=2&cursor=');
    const rest = await own.get(`/api/v1/posts.json?types=note&pagination=9&cursor=${body.next_cursor}`);
    await own.publish(signed('FORGET', { hashes: [body.posts[1].item_hash] }));
    const after = await own.get(`/api/v1/posts.json?types=note&pagination=9&cursor=${body.next_cursor}`);
    expect(after.body.posts).toEqual(rest.body.posts);
    expect(after.body.posts).toHaveLength(3);
  });

  it('of a history belong to one order', async () => {
    const path = `/api/v0/addresses/${alice.address}/credit_history?pagination=2`;
    const { next_cursor: cursor } = (await bench.get(`${path}&cursor=`)).body;
    expect((await bench.get(`${path}&cursor=${cursor}&sort_by=amount`)).body).toBe(
      'Cursor sort field mismatch: cursor was created with sort_by=message_timestamp, but request has sort_by=amount',
    );
    expect((await bench.get(`${path}&cursor=${cursor}&sort_order=1`)).body).toBe(
      'Cursor sort order mismatch: cursor was created with sort_order=-1, but request has sort_order=1',
    );
  });
});
