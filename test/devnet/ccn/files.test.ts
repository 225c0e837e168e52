import { describe, expect, it } from 'vitest';
import { createCcn } from '../../../src/devnet/ccn/create-ccn.ts';
import { MOST_KEPT_BYTES } from '../../../src/devnet/ccn/files/file-store.ts';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import { namedAccount } from '../../../src/devnet/world/accounts.ts';
import { createRandom } from '../../../src/devnet/world/random.ts';
import { alice, bob, ccnBench, DEBIAN, START, signed } from './ccn-bench.ts';

const DAY = 24 * 3_600_000;
const MIB = 1024 * 1024;

const funded = () => {
  const bench = ccnBench();
  bench.ccn.fund(alice.address, 100_000_000n);
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> =>
    bench.clock.drive(Promise.resolve(bench.ccn.app('a').request(path, init)));
  const store = (bytes: string | Uint8Array, more: object = {}) =>
    signed('STORE', { item_type: 'storage', item_hash: sha256Hex(bytes), payment: { chain: 'ETH', type: 'credit' }, ...more });
  /** As the official clients upload: a form with the file, and beside it the message that pays for it. */
  const addFile = async (bytes: string, metadata: unknown): Promise<[number, string]> => {
    const form = new FormData();
    form.set('file', new File([bytes], 'file'));
    if (metadata !== undefined) form.set('metadata', typeof metadata === 'string' ? metadata : JSON.stringify(metadata));
    const response = await ask('/api/v0/storage/add_file', { method: 'POST', body: form });
    return [response.status, await response.text()];
  };
  const addJson = (text: string) => bench.post('/api/v0/storage/add_json', text);
  return { ...bench, ask, store, addFile, addJson };
};

const success = (bytes: string | Uint8Array): string => `{"status":"success","hash":"${sha256Hex(bytes)}"}`;

describe('D-03 files', () => {
  it('come back as they were sent, in three ways', async () => {
    const { addFile, ask, get } = funded();
    const text = 'é'.repeat(60);
    const hash = sha256Hex(text);
    expect(await addFile(text, undefined)).toEqual([200, success(text)]);
    const raw = await ask(`/api/v0/storage/raw/${hash}`);
    expect(await raw.text()).toBe(text);
    expect(Object.fromEntries(raw.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '120',
      'accept-ranges': 'none',
    });
    const head = await ask(`/api/v0/storage/raw/${hash}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '120', '']);
    const lines = Buffer.from(text).toString('base64');
    expect((await get(`/api/v0/storage/${hash}`)).body).toEqual({
      status: 'success',
      hash,
      engine: 'storage',
      content: `${lines.slice(0, 76)}\n${lines.slice(76, 152)}\n${lines.slice(152)}\n`,
    });
    expect((await get(`/api/v0/storage/metadata/${hash}`)).body).toEqual({
      file_hash: hash,
      type: 'file',
      size: 120,
      download_url: `/api/v0/storage/raw/${hash}`,
    });
  });

  it('come bare, too, and of JSON the server makes its own text', async () => {
    const { ask, addJson } = funded();
    const bare = await ask('/api/v0/storage/add_file', {
      method: 'POST',
      body: 'bare',
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(await bare.text()).toBe(success('bare'));
    const canonical = '{"a":[1,2.50,{"é":null}],"b":"x\\"y","n":12345678901234567890,"z":true}';
    const { body } = await addJson('{ "z": true, "n": 12345678901234567890, "b": "x\\"y",\n "a": [1, 2.50, {"\\u00e9": null}] }');
    expect(body).toEqual({ status: 'success', hash: sha256Hex(canonical) });
    expect(await (await ask(`/api/v0/storage/raw/${body.hash}`)).text()).toBe(canonical);
    expect((await addJson('no json')).status).toBe(500);
  });

  it('need no name in their form, and are bytes all the same', async () => {
    const { ask, store } = funded();
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d, 0x0a]);
    const metadata = JSON.stringify({ message: store(bytes), sync: true });
    const part = (name: string) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(`${part('metadata')}${metadata}\r\n${part('file')}`), bytes, Buffer.from('\r\n--B--\r\n')]);
    const headers = { 'content-type': 'multipart/form-data; boundary=B' };
    const upload = await ask('/api/v0/storage/add_file', { method: 'POST', headers, body });
    expect([upload.status, await upload.text()]).toEqual([200, success(bytes)]);
    const raw = await ask(`/api/v0/storage/raw/${sha256Hex(bytes)}`);
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(bytes);
    const torn = await ask('/api/v0/storage/add_file', { method: 'POST', headers, body: body.subarray(0, -10) });
    expect([torn.status, await torn.text()]).toEqual([400, 'Invalid multipart structure']);
  });

  it('are found by message and by name, the later version by the first', async () => {
    const { addFile, store, get } = funded();
    const at = START / 1000;
    const first = store('first', { time: at });
    const second = store('second', { ref: first.item_hash, time: at + 1 });
    const named = store('named', { ref: 'site', time: at });
    for (const [bytes, message] of [
      ['first', first],
      ['second', second],
      ['named', named],
    ] as const)
      expect(await addFile(bytes, { message, sync: true })).toEqual([200, success(bytes)]);
    const file = (ref: string, bytes: string) => ({
      ref,
      owner: alice.address,
      file_hash: sha256Hex(bytes),
      download_url: `/api/v0/storage/raw/${sha256Hex(bytes)}`,
      size: bytes.length,
    });
    const at0 = '/api/v0/storage';
    expect((await get(`${at0}/by-ref/${first.item_hash}`)).body).toEqual(file(first.item_hash, 'second'));
    expect((await get(`${at0}/by-ref/${alice.address}/${first.item_hash}`)).body).toEqual(file(first.item_hash, 'second'));
    expect((await get(`${at0}/by-ref/${alice.address}/site`)).body).toEqual(file('site', 'named'));
    expect((await get(`${at0}/by-message-hash/${first.item_hash}`)).body).toEqual(file(first.item_hash, 'first'));
    expect((await get(`${at0}/by-message-hash/${second.item_hash}`)).body).toEqual(file(first.item_hash, 'second'));
    expect((await get(`${at0}/by-ref/${bob.address}/site`)).body).toBe(`No file found for tag ${bob.address}/site`);
  });

  it.each([
    ['raw/nope', 400, 'Invalid hash'],
    [`raw/${'ab'.repeat(32)}`, 404, 'Not found'],
    ['nope', 400, 'Invalid hash provided'],
    [`${'ab'.repeat(32)}`, 404, 'Not found'],
    ['by-message-hash/nope', 400, 'Invalid hash provided'],
    [`by-message-hash/${'ab'.repeat(32)}`, 404, `No file found for message ${'ab'.repeat(32)}`],
    ['by-ref/site', 400, 'address is required for user-defined ref'],
    [`metadata/${'ab'.repeat(32)}`, 404, `No file found for hash ${'ab'.repeat(32)}`],
    [`count/${'ab'.repeat(32)}`, 200, 0],
    [
      'limits.json',
      200,
      {
        storage: { max_file_size: 100 * MIB, max_unauthenticated_upload_file_size: 25 * MIB },
        ipfs: { max_upload_file_size: 1024 * MIB, max_upload_car_size: 4096 * MIB, max_unauthenticated_upload_file_size: 25 * MIB },
      },
    ],
  ])('of which nobody knows: %s is %i', async (path, status, body) => {
    const answer = await funded().get(`/api/v0/storage/${path}`);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  it('may be the content of a message', async () => {
    const { addJson, publish, get } = funded();
    const content = JSON.stringify({ address: alice.address, content: { far: 'away' }, key: 'apart', time: START / 1000 });
    const { body } = await addJson(content);
    expect(body.hash).toBe(sha256Hex(content));
    const { item_content: _none, ...message } = signed('AGGREGATE', { key: 'x', content: {} });
    const { signMessage } = await import('../../../src/devnet/ccn/signature.ts');
    const apart = { ...message, item_hash: body.hash, item_type: 'storage' };
    const sent = { ...apart, signature: signMessage(apart, alice.privateKey) };
    expect((await publish(sent)).body.message_status).toBe('processed');
    expect((await get(`/api/v0/aggregates/${alice.address}.json?keys=apart`)).body.data).toEqual({ apart: { far: 'away' } });
    expect((await get(`/api/v0/messages/${body.hash}`)).body.message).toMatchObject({ item_type: 'storage', content: { key: 'apart' } });
    expect((await get(`/api/v0/storage/count/${body.hash}`)).body).toBe(2);
  });

  it('that are no content of that kind end the message', async () => {
    const { addJson, publish, get } = funded();
    const { body } = await addJson('{"address":1}');
    const { signMessage } = await import('../../../src/devnet/ccn/signature.ts');
    const head = { sender: alice.address, chain: 'ETH', type: 'POST' as const, item_hash: body.hash };
    const message = { ...head, item_type: 'storage', time: START / 1000, channel: 'TEST', signature: signMessage(head, alice.privateKey) };
    expect((await publish(message)).status).toBe(422);
    expect((await get(`/api/v0/messages/${body.hash}`)).body.error_code).toBe(0);
  });

  it('stay a day without anybody who refers to them, and as long as somebody does', async () => {
    const { addFile, store, get, clock, publish } = funded();
    await addFile('nobody’s', undefined);
    const message = store('somebody’s');
    await addFile('somebody’s', { message, sync: true });
    const known = async (bytes: string): Promise<number> => (await get(`/api/v0/storage/metadata/${sha256Hex(bytes)}`)).status;
    const count = async (bytes: string): Promise<number> => (await get(`/api/v0/storage/count/${sha256Hex(bytes)}`)).body;
    expect([await count('nobody’s'), await count('somebody’s')]).toEqual([1, 1]);
    await clock.advance(2 * DAY + 1000);
    expect([await known('nobody’s'), await known('somebody’s')]).toEqual([404, 200]);
    await publish(signed('FORGET', { hashes: [message.item_hash] }));
    expect((await get(`/api/v0/messages/${message.item_hash}`)).body.message).toMatchObject({ payment_type: 'credit', size: 12 });
    expect([await known('somebody’s'), await count('somebody’s')]).toEqual([200, 1]);
    await clock.advance(3 * DAY);
    expect(await known('somebody’s')).toBe(404);
  });

  it('have room for 128 MiB, and of an image the devnet has the size alone', async () => {
    const { addFile, ccn, get, ask } = funded();
    const { contents } = ccn.state('a');
    contents.set('cd'.repeat(32), new Uint8Array(MOST_KEPT_BYTES - 3));
    expect(await addFile('abcd', undefined)).toEqual([507, 'This devnet keeps 128 MiB of files at most. See docs/devnet.md.']);
    expect(await addFile('abc', undefined)).toEqual([200, success('abc')]);
    const image = (await get(`/api/v0/storage/by-ref/${DEBIAN}`)).body;
    const raw = await ask(image.download_url);
    expect([raw.status, await raw.text()]).toEqual([501, 'This devnet keeps the size of its images, not their bytes. See docs/devnet.md.']);
    const head = await ask(image.download_url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(image.size)]);
  });

  it('are known to both hosts, and kept with the state', async () => {
    const { addFile, ccn, get, clock, faults } = funded();
    await addFile('kept', undefined);
    expect((await get(`/api/v0/storage/raw/${sha256Hex('kept')}`, 'b')).body).toBe('kept');
    const operator = namedAccount({ seed: 7, secret: null }, 'operator');
    const again = createCcn({ clock, random: createRandom(7), faults, operator, saved: ccn.save() });
    for (const host of ['a', 'b'] as const)
      expect(await (await again.app(host).request(`/api/v0/storage/raw/${sha256Hex('kept')}`)).text()).toBe('kept');
    expect(again.state('b').contents).toBe(again.state('a').contents);
  });
});

describe('D-08 an upload', () => {
  it('with a forged signature is refused, and leaves nothing behind', async () => {
    const { addFile, store, get } = funded();
    const message = { ...store('forged'), signature: store('another').signature };
    expect(await addFile('forged', { message, sync: true })).toEqual([403, '403: Forbidden']);
    expect((await get(`/api/v0/storage/metadata/${sha256Hex('forged')}`)).status).toBe(404);
    expect((await get(`/api/v0/messages/${message.item_hash}`)).status).toBe(404);
  });

  it.each([
    ['of another file', (store: (bytes: string) => object) => ({ message: store('other'), sync: true }), `422: File hash does not match`],
    ['without sync', (store: (bytes: string) => object) => ({ message: store('bytes') }), '422: Could not decode metadata'],
    ['that is no STORE', () => ({ message: signed('POST', { type: 'x', content: {} }), sync: true }), '422: Could not decode metadata'],
    ['that is no JSON', () => 'no json', '422: Could not decode metadata'],
  ])('with a message %s is refused', async (_what, metadata, answer) => {
    const { addFile, store } = funded();
    const [status, text] = await addFile('bytes', metadata(store));
    expect([status, text.startsWith(answer)]).toEqual([422, true]);
  });

  it('that nobody waits for is pending', async () => {
    const { addFile, store, clock, get } = funded();
    const message = store('later');
    expect(await addFile('later', { message, sync: false })).toEqual([202, success('later')]);
    await clock.advance(1000);
    expect((await get(`/api/v0/messages/${message.item_hash}/status`)).body.status).toBe('processed');
  });

  it('of more than a node takes is not read to its end', async () => {
    const { ask } = funded();
    const body = new Uint8Array(25 * MIB + 1);
    const bare = await ask('/api/v0/storage/add_file', { method: 'POST', body });
    expect([bare.status, await bare.text()]).toEqual([
      413,
      `Maximum request body size ${25 * MIB} exceeded, actual body size ${25 * MIB + 1}`,
    ]);
  });

  it('without a file is refused', async () => {
    const { ask } = funded();
    const form = new FormData();
    form.set('metadata', '{}');
    const response = await ask('/api/v0/storage/add_file', { method: 'POST', body: form });
    expect([response.status, await response.text()]).toEqual([400, '400: File should be sent as FormData or Raw Upload']);
  });
});
