import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { errorOf, host, html, pageAt } from './page-at.ts';

const refused = { status: 403, code: 'PAGE_REFUSED' };
const status = { command: 'status', input: {} };

describe('the link of a page (safe.md §6)', () => {
  it('opens it once, and the key that it gives makes calls', async () => {
    const at = pageAt();
    const key = await at.open();
    expect(await (await at.post('/call', status, key)).json()).toMatchObject({ ok: true, data: { command: 'status' } });
    expect(at.orders).toEqual([{ command: 'status', input: {} }]);
  });

  it('used a second time ends the session of whoever came first, and alerts before the program ends', async () => {
    const at = pageAt();
    const key = await at.open();
    expect(await errorOf(await at.post('/open', { link: at.page.link }))).toEqual(refused);
    expect(at.used).toHaveLength(1);
    expect(await at.page.over).toBe('twice');
    expect(await errorOf(await at.post('/call', status, key))).toEqual(refused);
    expect(await errorOf(await at.post('/open', { link: at.page.link }))).toEqual(refused);
    expect([at.orders, at.used.length]).toEqual([[], 1]);
  });

  it('of two who use it at the same moment one gets a key, which is worth nothing any more', async () => {
    const at = pageAt();
    const both = await Promise.all([at.post('/open', { link: at.page.link }), at.post('/open', { link: at.page.link })]);
    expect(both.map((response) => response.status).sort()).toEqual([200, 403]);
    const { key } = (await both.find((response) => response.status === 200)!.json()) as { key: string };
    expect(await errorOf(await at.post('/call', status, { 'aleph-agent-page': key }))).toEqual(refused);
    expect(at.used).toHaveLength(1);
  });

  it('is good for a minute: after it nobody gets in, and the page is over', async () => {
    const at = pageAt();
    at.pass(60_000);
    expect(await errorOf(await at.post('/open', { link: at.page.link }))).toEqual(refused);
    expect(await at.page.over).toBe('unopened');
    expect(at.used).toEqual([]);
  });

  it('opens nothing more after twelve hours, nor once the program was told to end', async () => {
    const old = pageAt();
    const key = await old.open();
    old.pass(60_000);
    expect((await old.post('/call', status, key)).status).toBe(200);
    old.pass(12 * 3600_000);
    expect(await old.page.over).toBe('old');
    expect(await errorOf(await old.post('/call', status, key))).toEqual(refused);
    const told = pageAt();
    const other = await told.open();
    told.told();
    expect(await told.page.over).toBe('told');
    expect(await errorOf(await told.post('/call', status, other))).toEqual(refused);
  });
});

describe('who has not opened the page gets nothing', () => {
  const key = 'x'.repeat(43);

  it.each([
    ['no key', {}],
    ['another key', { 'aleph-agent-page': key }],
    ['an empty key', { 'aleph-agent-page': '' }],
    ['a cookie', { cookie: `aleph-agent-page=${key}` }],
    ['a bearer', { authorization: `Bearer ${key}` }],
  ])('with %s', async (_, headers) => {
    const at = pageAt();
    await at.open();
    for (const [path, body] of [
      ['/call', status],
      ['/approve', { approval: 'ap_1' }],
      ['/code', { approval: 'ap_1', code: '123456' }],
    ] as const) {
      expect(await errorOf(await at.post(path, body, headers as Record<string, string>))).toEqual(refused);
    }
    expect(await errorOf(await at.send('GET', '/events', { headers: headers as Record<string, string> }))).toEqual(refused);
    expect(at.orders).toEqual([]);
  });

  it('with a link that is not the page’s, whatever its form, and the session goes on', async () => {
    const at = pageAt();
    const own = await at.open();
    expect(await errorOf(await at.post('/open', { link: key }))).toEqual(refused);
    expect((await at.post('/open', { link: 'short' })).status).toBe(400);
    expect((await at.post('/open', { link: [at.page.link] })).status).toBe(400);
    expect((await at.post('/open', { link: at.page.link, more: 1 })).status).toBe(400);
    expect((await at.post('/call', status, own)).status).toBe(200);
  });

  it('the page itself has nothing of the account in it, and asks for no key', async () => {
    const at = pageAt();
    const got = await at.send('GET', '/');
    expect([got.status, await got.text()]).toEqual([200, html]);
    expect(at.orders).toEqual([]);
  });
});

describe('who comes from elsewhere gets nothing, whatever they have', () => {
  it.each([
    ['another site’s page', { origin: 'https://evil.example' }],
    ['a page of another port of this machine', { origin: 'http://127.0.0.1:4712' }],
    ['the same port by another name', { origin: 'http://localhost:4711' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a site whose name was made to mean this machine', { host: 'evil.example:4711' }],
    ['this machine by another name', { host: 'localhost:4711' }],
    ['the address without its port', { host: '127.0.0.1' }],
    ['another site, as its browser says', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as its browser says', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_, headers) => {
    const at = pageAt();
    const key = await at.open();
    expect(await errorOf(await at.post('/call', status, { ...key, ...(headers as Record<string, string>) }))).toEqual(refused);
    expect(await errorOf(await at.send('GET', '/events', { headers: { ...key, ...(headers as Record<string, string>) } }))).toEqual(
      refused,
    );
    expect(at.orders).toEqual([]);
  });

  it('a site’s page cannot use up the link, nor open the page in the name of ours', async () => {
    const at = pageAt();
    const evil = { origin: 'https://evil.example' };
    expect(await errorOf(await at.post('/open', { link: at.page.link }, evil))).toEqual(refused);
    expect(await errorOf(await at.send('GET', '/', { headers: { host: 'evil.example:4711' } }))).toEqual(refused);
    await at.open();
    expect(at.used).toEqual([]);
  });

  it('a form, which needs no permission, is refused; so is a post that does not say where it comes from', async () => {
    const at = pageAt();
    const key = await at.open();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect((await at.post('/call', status, { ...key, 'content-type': type })).status).toBe(400);
    }
    const bare = new Request(`http://${host}/call`, {
      method: 'POST',
      headers: { host, 'content-type': 'application/json', ...key },
      body: '{}',
    });
    expect(await errorOf(await at.page.answer(bare, { host, admitted: () => {} }))).toEqual(refused);
    for (const method of ['OPTIONS', 'PUT', 'DELETE', 'HEAD']) expect((await at.send(method, '/call', { headers: key })).status).toBe(403);
    expect(at.orders).toEqual([]);
  });

  it('no answer lets another origin read it', async () => {
    const at = pageAt();
    const key = await at.open();
    for (const got of [await at.send('GET', '/'), await at.post('/call', status, key), await at.send('GET', '/nothing')]) {
      const names = [...got.headers.keys()];
      expect(names.filter((name) => name.startsWith('access-control') || name === 'set-cookie')).toEqual([]);
      expect(Object.fromEntries(got.headers)).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
    }
  });
});

describe('what is sent', () => {
  it('the page runs its own script and style by their hashes, and nothing else', async () => {
    const policy = (await pageAt().send('GET', '/')).headers.get('content-security-policy')!;
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash('let x;')}`,
      `style-src ${hash('p{}')}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  it('a body is small, whole and JSON', async () => {
    const at = pageAt();
    const key = await at.open();
    expect((await at.post('/call', 'x'.repeat(17_000), key)).status).toBe(400);
    expect((await at.post('/call', '{', key)).status).toBe(400);
    expect((await at.post('/call', { command: 'status', input: {}, options: { dryRun: true } }, key)).status).toBe(400);
    expect(at.orders).toEqual([]);
  });
});

describe('what happens is heard', () => {
  const lines = async (reader: ReadableStreamDefaultReader<Uint8Array>, count: number): Promise<unknown[]> => {
    const heard: unknown[] = [];
    while (heard.length < count) {
      const { value, done } = await reader.read();
      if (done) break;
      for (const line of new TextDecoder().decode(value).trim().split('\n')) heard.push(JSON.parse(line));
    }
    return heard;
  };

  it('a stream tells that the ledger was written, and ends with the page', async () => {
    const at = pageAt();
    const key = await at.open();
    const reader = (await at.send('GET', '/events', { headers: key })).body!.getReader();
    at.tick();
    at.write();
    at.told();
    const heard = (await lines(reader, 5)) as { type: string }[];
    expect(heard.map(({ type }) => type).filter((type) => type !== 'heartbeat')).toEqual(['hello', 'changed', 'over']);
    expect((await reader.read()).done).toBe(true);
  });

  it('four tabs listen at once, and who leaves makes room', async () => {
    const at = pageAt();
    const key = await at.open();
    const open = () => at.send('GET', '/events', { headers: key });
    const streams = [];
    for (let n = 0; n < 4; n += 1) streams.push(await open());
    // not 403, after which a tab forgets its key
    const early = await open();
    expect([early.status, early.headers.get('aleph-agent-proof')]).toEqual([429, expect.any(String)]);
    await streams[0]!.body!.cancel();
    expect((await open()).status).toBe(200);
  });

  it('proves with each answer to its own tab that it is what the tab was opened by, and to nobody else', async () => {
    const at = pageAt();
    const opened = await at.send('POST', '/open', { body: { link: at.page.link } });
    const { key, proof } = (await opened.json()) as { key: string; proof: string };
    const proofOf = async (headers: Record<string, string>) =>
      (await at.post('/call', { command: 'status' }, headers)).headers.get('aleph-agent-proof');
    expect(await proofOf({ 'aleph-agent-page': key })).toBe(proof);
    expect(await proofOf({ 'aleph-agent-page': 'another' })).toBeNull();
    expect((await at.send('GET', '/')).headers.get('aleph-agent-proof')).toBeNull();
  });

  it('tells its tabs as it is ended', async () => {
    const at = pageAt();
    const headers = await at.open();
    const reader = (await at.send('GET', '/events', { headers })).body!.getReader();
    await at.page.end();
    let heard = '';
    for (let read = await reader.read(); !read.done; read = await reader.read()) heard += new TextDecoder().decode(read.value);
    expect(heard).toContain('{"type":"over"}');
    expect(await at.page.over).toBe('told');
    expect((await errorOf(await at.post('/call', { command: 'status' }, headers))).code).toBe('PAGE_REFUSED');
  });
});
