import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Door, mostMemory, type RawDoor, rawDoor } from '../../support/safe/raw-door.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { letInWithToken, tokenOf, wireCall } from '../../support/safe/wire-call.ts';

/** Whatever is sent, the safe's process never has more, MiB. */
const mostMiB = 256;

/** How long a call of another agent may take meanwhile, ms: as long as it would queue for its turn. */
const mostMs = 5000;

const doors: readonly Door[] = ['socket', 'TLS'];

const statusesIn = (text: string): number[] => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
const codeIn = (text: string): string | undefined => /"code":"([A-Z_]+)"/.exec(text)?.[1];

describe('hostile HTTP at a safe (safe.md §7.4)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let at: Record<Door, RawDoor>;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 6 });
    owner = await devnet.home('5');
    const now = await devnet.now();
    owner.ledger((ledger) => {
      for (const name of ['hostile', 'slow', 'other']) letInWithToken(ledger, name, { account: owner.address, now });
    });
    safe = await serveSafe(owner, { flags: '--listen 127.0.0.1:0' });
    at = { socket: rawDoor(safe, 'socket'), TLS: rawDoor(safe, 'TLS') };
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  const own = { authorization: `Bearer ${tokenOf('hostile')}`, 'content-type': 'application/json' };
  const post = (door: Door, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
    at[door].ask('POST /v1/call', { ...own, ...headers }, body);
  const refusal = (text: string) => [statusesIn(text), codeIn(text)];

  /** How long another agent's call takes, ms; it must be answered. */
  const othersCall = async (): Promise<number> => {
    const begin = performance.now();
    expect(await wireCall(safe.socket, 'other', { command: 'vm ls' })).toMatchObject({ ok: true });
    return performance.now() - begin;
  };

  it.each(doors)(
    '%s: what is no HTTP, or could be read in two ways, is answered with 400 and closed; what is hidden in it is not served',
    async (door) => {
      const { host, say } = at[door];
      const head = (line: string, ...headers: string[]) =>
        `${[line, `Host: ${host}`, `Authorization: ${own.authorization}`, ...headers].join('\r\n')}\r\n\r\n`;
      const hidden = head('GET /v1/whoami HTTP/1.1');
      const call = 'POST /v1/call HTTP/1.1';
      const odd: Record<string, string> = {
        noise: `\0\x01\x02 nothing\r\n\r\n${hidden}`,
        'another protocol': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${hidden}`,
        'no host': `GET /v1/whoami HTTP/1.1\r\nAuthorization: ${own.authorization}\r\n\r\n${hidden}`,
        'a space before the colon': head(call, 'Content-Length : 4') + hidden,
        'length and chunks': `${head(call, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
        'chunks and length': `${head(call, 'Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${hidden}`,
        'two lengths': `${head(call, 'Content-Length: 4', 'Content-Length: 400')}null${hidden}`,
        'a length that is none': `${head(call, 'Content-Length: 0x4')}null${hidden}`,
        'an encoding that is none': `${head(call, 'Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`,
        'a chunk without an end': `${head(call, 'Transfer-Encoding: chunked')}ffffffffffffffffff\r\n${hidden}`,
        'a header without a name': head(call, ': x') + hidden,
        'a line break in a header': head(call, 'X: a\rTransfer-Encoding: chunked') + hidden,
      };
      for (const [what, text] of Object.entries(odd)) expect([what, statusesIn(await say(text))]).toEqual([what, [400]]);
      expect(statusesIn(await say(head('GET /v1/whoami HTTP/1.1', `X: ${'x'.repeat(9000)}`)))).toEqual([431]);
    },
  );

  it.each(doors)('%s: what is HTTP and no call gets a document that says why', async (door) => {
    const { ask } = at[door];
    const bodies: Record<string, string | Uint8Array> = {
      'no JSON': '{',
      'no object': 'null',
      depth: `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
      'depth within the input': `{"command":"vm show","input":${'{"vm":'.repeat(1000)}1${'}'.repeat(1000)}}`,
      'a prototype': '{"command":"status","__proto__":{"options":{"approval":"x"}}}',
      'a prototype within the input': '{"command":"vm create","input":{"__proto__":{"name":"x"}},"options":{"dryRun":true}}',
      'a constructor': '{"command":"vm create","input":{"constructor":{"prototype":{}}},"options":{"dryRun":true}}',
      'a command of every object': '{"command":"constructor"}',
      'NUL in a name': '{"command":"vm create","input":{"name":"a\\u0000b"},"options":{"dryRun":true}}',
      'NUL itself': '{"command":"sta\0tus"}',
      'no UTF-8': Buffer.from([...Buffer.from('{"command":"vm show","input":{"vm":"'), 0xc3, 0x28, ...Buffer.from('"}}')]),
      'a number beyond all numbers': '{"command":"status","options":{"timeoutSeconds":1e999}}',
      'too much': JSON.stringify({ command: 'status', pad: 'x'.repeat(70_000) }),
    };
    for (const [what, body] of Object.entries(bodies)) expect([what, ...refusal(await post(door, body))]).toEqual([what, [400], 'USAGE']);
    for (const headers of [{ host: 'evil.example' }, { host: '127.0.0.1' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      expect([headers, ...refusal(await post(door, '{"command":"status"}', headers))]).toEqual([headers, [400], 'USAGE']);
    }
    for (const line of [
      'DELETE /v1/call',
      'TRACE /v1/whoami',
      'GET /v1/../etc/passwd',
      'GET /%00',
      'GET //evil.example/v1/call',
      'GET http://evil.example/v1/whoami',
      'OPTIONS *',
    ]) {
      expect([line, ...refusal(await ask(line, own))]).toEqual([line, [400], 'USAGE']);
    }
    // a proxy is what it is not
    expect(statusesIn(await ask('CONNECT evil.example:443', own))).toEqual([]);
  });

  it.each(doors)('%s: a body without end is refused, and not read on', async (door) => {
    const { ask, open, host } = at[door];
    expect(refusal(await ask('POST /v1/call', { ...own, 'content-length': `${10 ** 10}` }))).toEqual([[400], 'USAGE']);
    const socket = await open();
    let heard = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      heard += chunk;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`POST /v1/call HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${own.authorization}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    let sent = 0;
    while (!socket.destroyed && sent < 1024) {
      sent += 1;
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    }
    await closed;
    expect(refusal(heard)).toEqual([[400], 'USAGE']);
    expect(sent).toBeLessThan(1024);
  });

  it.each(doors)('%s: requests that come in a heap are answered each, in their order', async (door) => {
    const { say, host } = at[door];
    const request = (command: string, last: boolean): string => {
      const body = JSON.stringify({ command });
      return `POST /v1/call HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${own.authorization}\r\nContent-Length: ${body.length}\r\nConnection: ${last ? 'close' : 'keep-alive'}\r\n\r\n${body}`;
    };
    const commands = ['vm ls', 'keys ls', 'nothing', 'vm ls', 'status'];
    const heard = await say(commands.map((command, place) => request(command, place === commands.length - 1)).join(''));
    expect(statusesIn(heard)).toEqual([200, 403, 400, 200, 200]);
  });

  it.each(doors)('%s: a call that is replayed is the same answer, and its id good for no other', async (door) => {
    const call = { command: 'vm create', input: { name: 'box', ttl: '1h' }, options: { dryRun: true }, id: `replayed-${door}` };
    const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n'));
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(door, JSON.stringify(call))));
    expect(statusesIn(answers[0]!)).toEqual([200]);
    expect(new Set(answers.map(bodyOf)).size).toBe(1);
    expect(refusal(await post(door, JSON.stringify({ ...call, input: { name: 'other' } })))).toEqual([[409], 'REQUEST_ID_CONFLICT']);
  });

  it('10,000 wrong tokens, and who is slow, hold up nobody and fill neither memory nor ledger', async () => {
    const usual = Math.max(await othersCall(), await othersCall(), await othersCall());
    const rows = () => owner.ledger((ledger) => ledger.effects({ account: owner.address }).length);
    const before = rows();

    // slow heads of nobody, and slow bodies of an agent; the safe closes them
    const slow: { socket: Socket; heard: Promise<string> }[] = [];
    for (const door of doors) {
      const { host } = at[door];
      const begun = `POST /v1/call HTTP/1.1\r\nHost: ${host}\r\n`;
      const body = `Authorization: Bearer ${tokenOf('slow')}\r\nContent-Length: 100\r\n\r\n{`;
      for (const text of ['', begun, ...Array.from({ length: 5 }, () => begun + body)]) slow.push(await slowly(at[door], text));
    }

    const wrong = async (door: Door): Promise<number> => {
      const text = await at[door].ask('GET /v1/whoami', { authorization: `Bearer ${randomBytes(32).toString('base64url')}` });
      return statusesIn(text)[0] ?? 0;
    };
    let left = 10_000;
    const statuses = new Map<number, number>();
    const guesser = async (door: Door): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const status = await wrong(door);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    let flooded = true;
    const guessers = [...Array.from({ length: 280 }, () => guesser('socket')), ...Array.from({ length: 20 }, () => guesser('TLS'))];
    const flood = Promise.all(guessers).finally(() => {
      flooded = false;
    });
    const times: number[] = [];
    // within what it may call in a minute
    while (flooded && times.length < 100) times.push(await othersCall());
    await flood;
    expect([...statuses]).toEqual([[401, 10_000]]);
    times.sort((a, b) => a - b);
    expect(times.at(-1), `calls took up to ${usual} ms before`).toBeLessThan(mostMs);

    const ends = await Promise.all(slow.map(({ heard }) => heard));
    expect(ends.map(statusesIn)).toEqual(ends.map(() => [408]));
    expect(rows() - before).toBeLessThanOrEqual(3);
    expect(mostMemory(safe.pid)).toBeLessThan(mostMiB);
    expect(await othersCall()).toBeLessThan(mostMs);
  });

  it('nothing was spent; what was refused stands in a row or two, and the ledger is whole', async () => {
    expect(await devnet.bills()).toEqual([]);
    await safe.close();
    const rows = owner.ledger((ledger) => ledger.effects({ point: 'agents.set' }).filter(({ outcome }) => outcome === 'refused'));
    const counted = (what: 'refused' | 'strangers'): number =>
      rows.reduce((sum, effect) => sum + (factsOf('agents.set', effect)[what] ?? 0), 0);
    expect(counted('strangers')).toBe(10_000);
    expect(counted('refused')).toBeGreaterThan(5);
    expect(rows.map((effect) => factsOf('agents.set', effect).name)).toContain('hostile');
    expect(rows.length).toBeLessThanOrEqual(3);
    expect(owner.ledger((ledger) => [ledger.vms(), ledger.operations(), ledger.firstBrokenLink()])).toEqual([[], [], null]);
  });
});

/** A connection that says this and no more, and all that it hears until it is closed. */
const slowly = async ({ open }: RawDoor, text: string): Promise<{ socket: Socket; heard: Promise<string> }> => {
  const socket = await open();
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    heard += chunk;
  });
  socket.write(text);
  return { socket, heard: new Promise((resolve) => socket.once('close', () => resolve(heard))) };
};
