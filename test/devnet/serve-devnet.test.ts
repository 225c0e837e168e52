import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../../src/devnet/serve-devnet.ts';

const at = Date.parse('2026-11-20T12:00:00Z');
const start = (nodes: number) => serveDevnet({ seed: 3, nodes, at, guests: 'none', token: 'let me' });

let served: ServedDevnet;

beforeAll(async () => {
  served = await start(20);
});

afterAll(() => served.close());

const everySurface = (): string[] => {
  const { ccns, crnsList, scheduler, control } = served.document.endpoints;
  const node = served.document.crns[0]!.address;
  return [
    `${ccns[0]}/api/v0/info/public.json`,
    `${ccns[1]}/status`,
    crnsList,
    `${scheduler}/health`,
    `${control}/time`,
    `${node}/status/config`,
  ];
};

const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const call = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('error', reject);
    call.end();
  });

describe('a served devnet', () => {
  it('says where everything is, with ten funded accounts', async () => {
    const { document } = served;
    expect(document.endpoints.ccn).toBe(document.endpoints.ccns[0]);
    expect(document.crns).toHaveLength(20);
    expect(document.accounts).toHaveLength(10);
    const origins = [
      ...document.endpoints.ccns,
      new URL(document.endpoints.crnsList).origin,
      document.endpoints.scheduler,
      document.endpoints.control,
    ];
    expect(new Set([...origins, ...document.crns.map(({ address }) => address)]).size).toBe(25);
    for (const host of document.endpoints.ccns) {
      const balance = await fetch(`${host}/api/v0/addresses/${document.accounts[9]?.address}/balance`);
      expect(await balance.json()).toMatchObject({ credit_balance: 10_000_000 });
    }
  });

  it('S-16: takes nothing from a page of another site', async () => {
    const [ccn] = served.document.endpoints.ccns;
    const post = async (origin: string | null): Promise<number> => {
      const headers = { 'content-type': 'text/plain', ...(origin === null ? {} : { origin }) };
      return (await fetch(`${ccn}/api/v0/messages`, { method: 'POST', headers, body: '{"sync":false}' })).status;
    };
    expect([await post('https://evil.example'), await post('null'), await post('http://127.0.0.1.evil.example')]).toEqual([403, 403, 403]);
    // what is wrong with it is said to whoever is here
    expect(await post('http://localhost:8080')).toBe(422);
    expect(await post(null)).toBe(422);
  });

  it('answers to loopback names only, without CORS, with the devnet date', async () => {
    for (const url of everySurface()) {
      const response = await fetch(url, { headers: { origin: 'https://evil.example' } });
      await response.body?.cancel();
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(response.headers.get('date')).toBe(new Date(at).toUTCString());
      expect(await statusFor(url, 'evil.example')).toBe(403);
      expect(await statusFor(url, `localhost:${new URL(url).port}`)).toBe(response.status);
    }
  });

  it('control changes nothing without the token and never shows keys or token', async () => {
    const { control } = served.document.endpoints;
    const text = await (await fetch(control)).text();
    expect(text).not.toContain('let me');
    for (const { privateKey } of served.document.accounts) expect(text).not.toContain(privateKey);
    const advance = (headers: Record<string, string>) =>
      fetch(`${control}/clock/advance`, { method: 'POST', headers, body: JSON.stringify({ ms: 0 }) });
    expect((await advance({})).status).toBe(401);
    expect((await advance({ authorization: 'Bearer let me' })).status).toBe(200);
  });

  it('a dead node resets connections, and one that dies later does too', async () => {
    const address = served.document.crns[1]!.address;
    expect((await fetch(`${address}/status/config`)).status).toBe(200);
    const dead = served.devnet.faults.add({ target: 'crn-1', kind: 'dead' });
    await expect(fetch(`${address}/status/config`)).rejects.toThrow();
    served.devnet.faults.remove(dead.id);
    expect((await fetch(`${address}/status/config`)).status).toBe(200);
  });

  it('cuts the connection for a dropped answer and refuses with 5xx where told', async () => {
    const { scheduler } = served.document.endpoints;
    served.devnet.faults.add({ target: 'scheduler', kind: 'drop-after-effect', times: 1 });
    await expect(fetch(`${scheduler}/health`)).rejects.toThrow();
    served.devnet.faults.add({ target: 'crn-2', kind: 'status', status: 502, times: 1 });
    expect((await fetch(`${served.document.crns[2]!.address}/status/config`)).status).toBe(502);
  });

  it('tells when control says down', async () => {
    let told: () => void = () => undefined;
    const down = new Promise<void>((resolve) => {
      told = resolve;
    });
    const other = await serveDevnet({ seed: 3, nodes: 1, at, guests: 'none', token: 't', onDown: () => told() });
    const response = await fetch(`${other.document.endpoints.control}/down`, { method: 'POST', headers: { authorization: 'Bearer t' } });
    expect(response.status).toBe(200);
    await down;
    await other.close();
    await expect(fetch(other.document.endpoints.control)).rejects.toThrow();
  });

  it('serves 600 nodes at once and stops them all', async () => {
    const many = await start(600);
    const open = many.document.crns.filter((_, index) => !many.devnet.crns[index]?.spec.dead);
    const answers = await Promise.all(
      open.slice(0, 50).map(({ address }) => fetch(`${address}/about/usage/system`).then(({ status }) => status)),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    await many.close();
    await expect(fetch(open[0]!.address)).rejects.toThrow();
  });
});
