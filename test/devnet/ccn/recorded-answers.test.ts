import { describe, expect, it } from 'vitest';
import { alice, ccnBench, DEBIAN, instanceContent, START, signed } from './ccn-bench.ts';

const url = (type: string): string => `https://errors.pydantic.dev/2.10/v/${type}`;

describe('recorded differences at the CCN', () => {
  it('the bonus of a purchase is a number in its history', async () => {
    const { ccn, get } = ccnBench();
    ccn.sell({ token: 'USDC', address: alice.address, amount: 1_200_000n, bonus: 200_000n, price: '0.000001', transaction: '0xab' });
    ccn.fund(alice.address, 1n);
    const { credit_history: rows } = (await get(`/api/v0/addresses/${alice.address}/credit_history?sort_by=amount`)).body;
    expect(rows.map((row: { bonus_amount: unknown }) => row.bonus_amount)).toEqual([200_000, null]);
  });

  it('what is left of a forgotten message that names no payment counts as held for', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 10_000_000n);
    const post = signed('POST', { type: 'note', content: {} });
    const vm = signed('INSTANCE', instanceContent());
    await bench.publish(post);
    await bench.publish(vm);
    await bench.publish(signed('FORGET', { hashes: [post.item_hash, vm.item_hash] }));
    const left = async (hash: string) => (await bench.get(`/api/v0/messages/${hash}`)).body.message;
    expect(await left(post.item_hash)).toMatchObject({ payment_type: 'hold', size: null });
    expect(await left(vm.item_hash)).toMatchObject({ payment_type: 'credit', size: null });
  });

  it('the environment of a program has no hypervisor and no trusted execution', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 10_000_000n);
    const program = signed('PROGRAM' as 'POST', {
      type: 'vm-function',
      allow_amend: false,
      code: { encoding: 'zip', entrypoint: 'main:app', ref: DEBIAN, use_latest: true },
      runtime: { ref: DEBIAN, comment: '' },
      on: { http: true },
      environment: { internet: true, hypervisor: 'qemu', trusted_execution: null },
      resources: {},
      payment: { type: 'credit' },
    });
    expect((await bench.publish(program)).status).toBe(200);
    expect((await bench.get(`/api/v0/messages/${program.item_hash}`)).body.message.content.environment).toEqual({
      reproducible: false,
      internet: true,
      aleph_api: false,
      shared_cache: false,
    });
  });

  it.each([
    [
      'pagination=-1',
      { type: 'greater_than_equal', loc: ['pagination'], msg: 'Input should be greater than or equal to 0', input: '-1', ctx: { ge: 0 } },
    ],
    ['sortOrder=7', { type: 'enum', loc: ['sortOrder'], msg: 'Input should be -1 or 1', input: '7', ctx: { expected: '-1 or 1' } }],
    [
      'paymentTypes=credit,gold',
      {
        type: 'enum',
        loc: ['paymentTypes', 1],
        msg: "Input should be 'hold', 'superfluid' or 'credit'",
        input: 'gold',
        ctx: { expected: "'hold', 'superfluid' or 'credit'" },
      },
    ],
    [
      'hashes=abc',
      {
        type: 'value_error',
        loc: ['hashes', 0],
        msg: "Value error, Could not determine hash type: 'abc'",
        input: 'abc',
        ctx: { error: "Could not determine hash type: 'abc'" },
      },
    ],
    [
      'page=x',
      {
        type: 'int_parsing',
        loc: ['page'],
        msg: 'Input should be a valid integer, unable to parse string as an integer',
        input: 'x',
      },
    ],
  ])('the errors of %s have what the sentence was made of, and where it is explained', async (query, problem) => {
    const { status, body, headers } = await ccnBench().get(`/api/v0/messages.json?${query}`);
    expect([status, body]).toEqual([422, [{ ...problem, url: url(problem.type) }]]);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  it('64 characters that are no lower-case hex digits are no item hash', async () => {
    const bench = ccnBench();
    const upper = 'AB'.repeat(32);
    expect((await bench.get(`/api/v0/messages/${upper}`)).body).toBe(`Invalid message hash: ${upper}`);
    expect((await bench.get(`/api/v0/messages.json?hashes=${upper}`)).status).toBe(422);
    expect((await bench.publish(signed('FORGET', { hashes: [upper] }))).body).toBe('InvalidMessageFormat');
    expect((await bench.get(`/api/v0/storage/by-ref/${upper}`)).status).toBe(400);
  });

  it('aggregates with info and in lists end their times in +00:00', async () => {
    const bench = ccnBench();
    await bench.publish(signed('AGGREGATE', { key: 'k', content: { a: 1 }, time: START / 1000 + 0.5 }));
    const time = '2026-11-20T12:00:00.500000+00:00';
    const { info } = (await bench.get(`/api/v0/aggregates/${alice.address}.json?with_info=true`)).body;
    expect(info.k).toMatchObject({ created: time, last_updated: time });
    expect((await bench.get('/api/v0/aggregates?keys=k')).body.aggregates).toMatchObject([{ created: time, last_updated: time }]);
  });

  it('costs without details have no pages', async () => {
    const bench = ccnBench();
    const none = { pagination_page: null, pagination_total: null, pagination_per_page: null, pagination_item: null };
    expect((await bench.get('/api/v0/costs')).body).toMatchObject({ resources: null, ...none });
    expect((await bench.get('/api/v0/costs?include_details=1')).body).toMatchObject({
      resources: [],
      pagination_page: 1,
      pagination_total: 0,
      pagination_per_page: 100,
      pagination_item: 'resources',
    });
  });

  it('requirements that name no node may be paid by credit, as the model of today has it', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 10_000_000n);
    expect((await bench.publish(signed('INSTANCE', instanceContent({ requirements: { cpu: { architecture: 'x86_64' } } })))).status).toBe(
      200,
    );
  });
});
