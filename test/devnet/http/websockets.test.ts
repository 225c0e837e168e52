import { connect } from 'node:net';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedDevnet, serveDevnet } from '../../../src/devnet/serve-devnet.ts';
import { createWorld, g1, operatorHeaders, type World } from '../crn/crn-world.ts';

interface Client {
  /** The next text as JSON; an error where the other end has gone. */
  next(): Promise<Record<string, unknown>>;
  send(value: unknown): void;
  close(): void;
  closed: Promise<number>;
}

/** The client of Node's own fetch library. */
const open = async (url: string): Promise<Client> => {
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  const texts: string[] = [];
  const readers: ((text: string) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const reader = readers.shift();
    if (reader === undefined) texts.push(String(data));
    else reader(String(data));
  });
  const closed = new Promise<number>((resolve) => socket.addEventListener('close', ({ code }) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('no websocket')));
  });
  const next = async (): Promise<Record<string, unknown>> => {
    const text = texts.shift() ?? (await Promise.race([new Promise<string>((resolve) => readers.push(resolve)), closed]));
    if (typeof text === 'number') throw new Error(`closed with ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
  return {
    next,
    send: (value) => socket.send(typeof value === 'string' ? value : JSON.stringify(value)),
    close: () => socket.close(),
    closed,
  };
};

describe('D-06 websockets', () => {
  let served: ServedDevnet;
  let world: World;
  beforeAll(async () => {
    served = await serveDevnet({ seed: 7, nodes: 3, at: Date.UTC(2026, 10, 20, 12), guests: 'banner' });
    // calls go to it in this process, and the clock stands still between them
    world = createWorld(served.devnet);
  });
  afterAll(() => served.close());

  const post = (content: string): Promise<string> => world.message('POST', { type: 'note', content: { text: content } });

  it('D-06 /api/ws0/messages sends history, the oldest first, then what is processed, by the filters of lists', async () => {
    const { ccnA } = served.devnet.origins;
    const hashes = [await post('one'), await post('two'), await post('three')];
    const client = await open(`${ccnA}/api/ws0/messages?contentTypes=note&history=2&addresses=${world.account.address}`);
    expect([(await client.next())['item_hash'], (await client.next())['item_hash']]).toEqual(hashes.slice(1));
    await world.message('AGGREGATE', { key: 'other', content: {} });
    const live = await post('four');
    expect(await client.next()).toMatchObject({ item_hash: live, type: 'POST', content: { type: 'note', content: { text: 'four' } } });
    client.close();
    expect(await client.closed).toBe(1000);
  });

  it('D-06 a message longer than a short frame comes whole', async () => {
    const long = 'x'.repeat(70_000);
    const client = await open(`${served.devnet.origins.ccnA}/api/ws0/messages?history=0&contentTypes=note`);
    await post(long);
    expect(await client.next()).toMatchObject({ content: { content: { text: long } } });
    client.close();
  });

  it('D-06 what is no handshake is told so, a wrong filter is refused, and pages of other sites get nothing', async () => {
    const { ccnA } = served.devnet.origins;
    const plain = await fetch(`${ccnA}/api/ws0/messages`);
    expect([plain.status, await plain.text()]).toEqual([400, expect.stringContaining('Can "Upgrade" only to "WebSocket"')]);
    await expect(open(`${ccnA}/api/ws0/messages?history=200`)).rejects.toThrow('no websocket');
    await expect(open(`${ccnA}/api/ws0/nothing`)).rejects.toThrow('no websocket');
    const { port } = new URL(ccnA);
    const lines = [
      'GET /api/ws0/messages HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Origin: https://elsewhere.example',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
    ];
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
      socket.on('data', (data) => (text += data)).on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect(said).toBe('');
  });

  const auth = (hash: string, account = world.account, domain = served.devnet.crns[g1]!.domain) => {
    const path = `/control/machine/${hash}/stream_logs`;
    const headers = operatorHeaders(account, domain, 'GET', path, served.devnet.clock.now());
    return { auth: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, JSON.parse(text)])) };
  };
  const logsOf = (hash: string): Promise<Client> => open(`${served.devnet.crns[g1]!.address}/control/machine/${hash}/stream_logs`);

  it('D-06 stream_logs shows the console of a running VM to its owner as it grows, and to nobody else', async () => {
    const hash = await world.instance(g1);
    await world.notify(g1, hash);
    const client = await logsOf(hash);
    client.send(auth(hash));
    expect(await client.next()).toEqual({ status: 'connected' });
    const messages: unknown[] = [];
    while (!messages.some((message) => String(message).includes('END SSH HOST KEY KEYS'))) {
      const { type, message } = await client.next();
      expect(type).toBe('stdout');
      messages.push(message);
    }
    expect(messages[0]).toContain('Booting from Hard Disk');
    client.close();

    for (const [said, reason] of [
      ['{', /^Expecting value/],
      [{}, /^missing 'auth' key in message$/],
      [auth(hash, served.devnet.accounts[1]!), /^unauthorized sender$/],
      [auth(hash, world.account, 'elsewhere.example'), /^Invalid domain$/],
    ] as const) {
      const refused = await logsOf(hash);
      refused.send(said);
      expect(await refused.next()).toEqual({ status: 'failed', reason: expect.stringMatching(reason) });
      expect(await refused.closed).toBe(1000);
    }
  });

  it('D-06 stream_logs of a VM that boots or has stopped says so and ends; of one unknown there is none', async () => {
    const hash = await world.instance(g1, { metadata: { name: 'second' } });
    const { address } = served.devnet.crns[g1]!;
    const notify = { method: 'POST', body: JSON.stringify({ instance: hash }) };
    const booting = served.devnet.fetch(`${address}/control/allocation/notify`, notify);
    const early = await logsOf(hash);
    early.send(auth(hash));
    expect([await early.next(), await early.next()]).toEqual([
      { status: 'connected' },
      { type: 'system', message: 'VM is starting, try again shortly' },
    ]);
    await world.run(booting);
    await world.operate(g1, hash, 'stop');
    const late = await logsOf(hash);
    late.send(auth(hash));
    let last = await late.next();
    while (last['type'] !== 'system') last = await late.next();
    expect(last).toEqual({ type: 'system', message: 'VM is not running, past logs sent' });
    expect(await late.closed).toBe(1000);
    await expect(logsOf('ab'.repeat(32))).rejects.toThrow('no websocket');
  });
});
