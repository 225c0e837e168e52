import { describe, expect, it } from 'vitest';
import { createControl } from '../../../src/devnet/control/create-control.ts';
import { alice, ccnBench, instanceContent, START, signed } from '../ccn/ccn-bench.ts';

const bench = () => {
  const made = ccnBench();
  let downs = 0;
  const app = createControl({
    ...made,
    token: 'secret',
    hosts: ['control.devnet.test'],
    document: () => ({ endpoints: {} }),
    vmsByNode: () => ({ 'crn-0': 1 }),
    addresses: () => [alice.address],
    sale: null,
    down: () => {
      downs++;
    },
  });
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { authorization: 'Bearer secret' },
  ) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await app.request(`http://127.0.0.1:4025${path}`, init);
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
    return { status: answer.status, body: (await answer.json()) as any, headers: answer.headers };
  };
  return { ...made, app, ask, downs: () => downs };
};

describe('control', () => {
  it('tells the time and turns it', async () => {
    const { ask, clock } = bench();
    expect((await ask('GET', '/time', undefined, {})).body).toEqual({ now: START, rate: 0, at: '2026-11-20T12:00:00.000Z' });
    expect((await ask('POST', '/clock/advance', { ms: 5 * 3_600_000 })).body.at).toBe('2026-11-20T17:00:00.000Z');
    expect((await ask('POST', '/clock/rate', { rate: 60 })).body.rate).toBe(60);
    clock.stop();
  });

  it('funds, reports and bills', async () => {
    const { ask, publish } = bench();
    expect((await ask('POST', '/fund', { address: alice.address, usd: '2.5' })).body).toMatchObject({
      credits: '2500000',
      balance: '2500000',
    });
    const vm = signed('INSTANCE', instanceContent());
    await publish(vm);
    const { body: state } = await ask('GET', '/state', undefined, {});
    expect(state).toMatchObject({
      vms: { 'crn-0': 1 },
      balances: { [alice.address]: '2500000' },
      messages: { processed: expect.any(Number) },
    });
    await ask('POST', '/clock/advance', { ms: 3_600_000 });
    const { body } = await ask('GET', '/bills', undefined, {});
    expect(body.bills).toEqual([
      {
        hash: vm.item_hash,
        owner: alice.address,
        processedAt: expect.any(Number),
        endedAt: null,
        creditsPerSecond: '3.958333333333333333',
        billedCredits: '14248',
      },
    ]);
  });

  it('takes faults in words and lifts them', async () => {
    const { ask, get } = bench();
    const { body } = await ask('POST', '/fault', { words: ['ccn-a', 'status', '503'] });
    expect((await get('/api/v0/version')).status).toBe(503);
    expect((await ask('GET', '/faults', undefined, {})).body.faults).toEqual([body.fault]);
    expect((await ask('DELETE', '/faults/f9')).status).toBe(404);
    expect((await ask('DELETE', '/faults')).body.faults).toEqual([]);
    expect((await get('/api/v0/version')).status).toBe(200);
    const wrong = await ask('POST', '/fault', { words: ['ccn-a', 'explode'] });
    expect([wrong.status, wrong.body.error]).toEqual([400, expect.stringContaining('"explode" is no kind of fault')]);
  });

  it('goes down after it has answered', async () => {
    const { ask, downs } = bench();
    expect((await ask('POST', '/down')).body).toEqual({ down: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(downs()).toBe(1);
  });

  it.each(['/clock/advance', '/clock/rate', '/fund', '/fault', '/down', '/bill'])('POST %s needs the token', async (path) => {
    const { ask, downs } = bench();
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'secret' }] as Record<string, string>[]) {
      expect((await ask('POST', path, {}, headers)).status).toBe(401);
    }
    expect(downs()).toBe(0);
  });

  it('answers to loopback names only, and to no web page', async () => {
    const { app } = bench();
    const at = async (host: string): Promise<number> => (await app.request('http://127.0.0.1/time', { headers: { host } })).status;
    expect(await Promise.all(['127.0.0.1:1234', 'localhost', '[::1]:80', 'control.devnet.test'].map(at))).toEqual([200, 200, 200, 200]);
    expect(await Promise.all(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', ''].map(at))).toEqual([
      403, 403, 403, 403,
    ]);
    const answer = await app.request('http://localhost/time', { headers: { host: 'localhost', origin: 'https://evil.example' } });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    ['/clock/advance', { ms: -1 }],
    ['/clock/advance', { ms: '5h' }],
    ['/fund', { address: 'bob', usd: '1' }],
    ['/fund', { address: alice.address, usd: '-1' }],
    ['/fund', { address: alice.address, usd: '0' }],
    ['/fault', {}],
  ])('POST %s refuses %j', async (path, body) => {
    expect((await bench().ask('POST', path, body)).status).toBe(400);
  });
});
