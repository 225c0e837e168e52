import { describe, expect, it } from 'vitest';
import { alice, ccnBench, instanceContent, START, signed } from './ccn-bench.ts';

const vm = () => signed('INSTANCE', instanceContent());

describe('D-01 an estimate takes what the official clients send', () => {
  it.each([
    ['a time in ISO', { time: '2026-11-20T12:00:00.123456Z' }],
    ['a time without a zone', { time: '2026-11-20T12:00:00' }],
    ['a time in digits', { time: '1795176000.5' }],
    ['no time', { time: undefined }],
    ['null for all that may be absent', { time: null, sender: null, chain: null, channel: null, signature: null }],
    ['a channel of any length', { channel: 'c'.repeat(500) }],
    ['what the model has beside it', { content: { any: 'thing' }, confirmed: null, confirmations: null, size: null }],
  ])('%s', async (_what, change) => {
    const { status, body } = await ccnBench().post('/api/v0/price/estimate', { message: { ...vm(), ...change } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ cost: '3.958333333333333333', payment_type: 'credit', charged_address: alice.address });
  });

  it.each([
    ['text that is no time', { time: 'tomorrow' }],
    ['a chain that nobody knows', { chain: 'NOPE' }],
    ['a wrong hash', { item_hash: 'ab'.repeat(32) }],
    ['a number for a sender', { sender: 7 }],
  ])('and nothing else: %s is refused', async (_what, change) => {
    const { status, body } = await ccnBench().post('/api/v0/price/estimate', { message: { ...vm(), ...change } });
    expect([status, body]).toEqual([422, 'InvalidMessageFormat']);
  });

  it('a message to be stored still needs its time as a number', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 1_000_000n);
    const iso = new Date(START).toISOString();
    expect((await bench.publish({ ...vm(), time: iso })).status).toBe(422);
    expect((await bench.publish({ ...vm(), time: null })).status).toBe(422);
  });
});

describe('D-01 an estimate of content that travels apart', () => {
  it('is that of the file, and a crash without it, as on the server', async () => {
    const bench = ccnBench();
    const { item_content: text, ...envelope } = vm();
    const ask = () => bench.post('/api/v0/price/estimate', { message: { ...envelope, item_type: 'storage' } });
    expect((await ask()).status).toBe(500);
    const { body } = await bench.post('/api/v0/storage/add_json', text);
    envelope.item_hash = body.hash;
    expect((await ask()).body).toMatchObject({ cost: '3.958333333333333333' });
  });
});
