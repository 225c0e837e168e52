import { describe, expect, it } from 'vitest';
import { alice, bob, ccnBench, instanceContent, signed } from './ccn-bench.ts';

const rejection = async (bench: ReturnType<typeof ccnBench>, message: { item_hash: string }) => {
  const posted = await bench.publish(message);
  expect(posted.status).toBe(422);
  expect(posted.body).toEqual({ publication_status: { status: 'success', failed: [] }, message_status: 'rejected' });
  const { body } = await bench.get(`/api/v0/messages/${message.item_hash}`);
  return { code: body.error_code, details: body.details };
};

const funded = (): ReturnType<typeof ccnBench> => {
  const bench = ccnBench();
  bench.ccn.fund(alice.address, 10_000_000n);
  return bench;
};

describe('what a processed message is refused for', () => {
  it('credit: one short of a day is 6, with strings to 18 decimals', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 341_999n);
    expect(await rejection(bench, signed('INSTANCE', instanceContent()))).toEqual({
      code: 6,
      details: { errors: [{ account_credits: '341999', min_runtime_days: 1, required_credits: '341999.999999999999971200' }] },
    });
  });

  it('credit: a day exactly is enough for the first VM and not for a second', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 342_000n);
    expect((await bench.publish(signed('INSTANCE', instanceContent()))).status).toBe(200);
    expect(await rejection(bench, signed('INSTANCE', instanceContent()))).toEqual({
      code: 6,
      details: { errors: [{ account_credits: '342000', min_runtime_days: 1, required_credits: '683999.999999999999942400' }] },
    });
  });

  it.each([['hold'], ['superfluid'], [undefined]])('payment by %s is 202', async (type) => {
    const payment = type === undefined ? {} : { payment: { chain: 'ETH', type } };
    const { payment: _credit, ...content } = instanceContent({ requirements: undefined });
    expect(
      await rejection(funded(), signed('INSTANCE', { ...content, ...payment, ...(type === 'superfluid' ? { requirements: null } : {}) })),
    ).toEqual({ code: 202, details: null });
  });

  it('a foreign signature is 1', async () => {
    const message = { ...signed('INSTANCE', instanceContent()), signature: signed('INSTANCE', instanceContent()).signature };
    expect(await rejection(funded(), message)).toEqual({ code: 1, details: { errors: ['The signature of the message is invalid'] } });
  });

  it('another owner without a grant is 2, before credit is looked at', async () => {
    expect(await rejection(ccnBench(), signed('INSTANCE', instanceContent(), { by: bob, owner: alice.address }))).toEqual({
      code: 2,
      details: { errors: [`Sender ${bob.address} is not authorized to post on behalf of address ${alice.address}`] },
    });
  });

  it('a lower-case owner is another account without credits', async () => {
    const { code, details } = await rejection(funded(), signed('INSTANCE', instanceContent(), { owner: alice.address.toLowerCase() }));
    expect(code).toBe(6);
    expect(details.errors[0].account_credits).toBe('0');
  });

  it('a disk smaller than its image is 304', async () => {
    const { ref } = (instanceContent()['rootfs'] as { parent: { ref: string } }).parent;
    const content = instanceContent({ rootfs: { parent: { ref, use_latest: true }, persistence: 'host', size_mib: 1024 } });
    const { code, details } = await rejection(funded(), signed('INSTANCE', content));
    expect(code).toBe(304);
    expect(details.errors[0]).toMatchObject({ volume_name: 'rootfs', parent_ref: ref, volume_size: 1024 * 1024 * 1024 });
  });

  it('transfers to oneself and beyond the balance are 0', async () => {
    const bench = ccnBench();
    bench.ccn.fund(alice.address, 2000n);
    const transfer = (address: string, amount: number) =>
      signed(
        'POST',
        { type: 'aleph_credit_transfer', content: { transfer: { credits: [{ address, amount }] } } },
        { channel: 'ALEPH_CREDIT' },
      );
    expect(await rejection(bench, transfer(bob.address, 1_000_000_000))).toEqual({
      code: 0,
      details: { errors: ['Insufficient credit balance for transfer. Required: 1000000000, Available: 2000'] },
    });
    expect((await rejection(bench, transfer(alice.address, 1))).details.errors[0]).toMatch(/^Self-transfer not allowed/);
  });
});

describe('what is taken although it looks odd', () => {
  it.each([
    ['a signature without 0x', (vm: ReturnType<typeof signed>) => ({ ...vm, signature: vm.signature.slice(2) })],
    ['an unknown key in the envelope', (vm: ReturnType<typeof signed>) => ({ ...vm, color: 'red' })],
    ['no item_type', ({ item_type: _type, ...vm }: ReturnType<typeof signed>) => vm],
    ['no channel', ({ channel: _channel, ...vm }: ReturnType<typeof signed>) => vm],
    ['a time an hour ahead', (vm: ReturnType<typeof signed>) => ({ ...vm, time: vm.time + 3600 })],
    ['a time a day ago', (vm: ReturnType<typeof signed>) => ({ ...vm, time: vm.time - 86_400 })],
  ])('%s', async (_name, change) => {
    expect((await funded().publish(change(signed('INSTANCE', instanceContent())))).status).toBe(200);
  });

  it('a lower-case signer for a checksummed owner', async () => {
    const by = { ...alice, address: alice.address.toLowerCase() };
    expect((await funded().publish(signed('INSTANCE', instanceContent(), { by, owner: alice.address }))).status).toBe(200);
  });
});

describe('what never reaches the store', () => {
  const bad: [string, (message: ReturnType<typeof signed>) => object][] = [
    ['a wrong hash', (message) => ({ ...message, item_hash: 'ab'.repeat(32) })],
    ['an unknown type', (message) => ({ ...message, type: 'INSTANT' })],
    ['an unknown chain', (message) => ({ ...message, chain: 'DOGE' })],
    ['no time', ({ time: _time, ...message }) => message],
    ['a channel too long', (message) => ({ ...message, channel: 'x'.repeat(129) })],
    ['inline content called storage', (message) => ({ ...message, item_type: 'storage' })],
  ];
  it.each(bad)('%s: bare text, then 404', async (_name, spoil) => {
    const bench = funded();
    const message = spoil(signed('INSTANCE', instanceContent())) as { item_hash: string };
    const answer = await bench.publish(message);
    expect([answer.status, answer.body]).toEqual([422, 'InvalidMessageFormat']);
    expect((await bench.get(`/api/v0/messages/${message.item_hash}/status`)).status).toBe(404);
  });

  it('a message without signature: 202, then 404', async () => {
    const bench = funded();
    const { signature: _signature, ...message } = signed('INSTANCE', instanceContent());
    expect((await bench.publish(message, { sync: false })).status).toBe(202);
    await bench.clock.advance(60_000);
    expect((await bench.get(`/api/v0/messages/${message.item_hash}`)).status).toBe(404);
  });

  it('a body above 1 MiB: 413', async () => {
    expect((await ccnBench().post('/api/v0/messages', { message: 'x'.repeat(1024 * 1024) })).status).toBe(413);
  });
});
