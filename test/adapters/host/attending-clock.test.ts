import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAttending } from '../../../src/adapters/host/at-work.ts';
import type { AttendingClock } from '../../../src/adapters/host/attending-clock.ts';
import { devnetClock } from '../../../src/adapters/host/devnet-clock.ts';
import { shellAtClock } from '../../../src/adapters/host/shell-at-clock.ts';
import { systemClock } from '../../../src/adapters/host/system-clock.ts';
import { probe } from '../../../src/adapters/ssh/probe.ts';
import { parseFault } from '../../../src/devnet/http/parse-fault.ts';
import { type ServedDevnet, serveDevnet } from '../../../src/devnet/serve-devnet.ts';
import type { SshEndpoint } from '../../../src/domain/ledger/vm-record.ts';
import type { Shell } from '../../../src/ports/shell.ts';

const at = Date.parse('2026-11-20T12:00:00Z');
const hour = 3_600_000;

describe('the clock of a devnet that waits', () => {
  let served: ServedDevnet;
  let clock: AttendingClock;
  beforeEach(async () => {
    served = await serveDevnet({ seed: 3, nodes: 2, at, guests: 'none' });
    served.wait();
    const opened = await devnetClock({ control: served.document.endpoints.control, fetch });
    if (!isAttending(opened)) throw new Error('not of this kind');
    clock = opened;
  });
  afterEach(() => served.close());

  const ask = async (path = '/api/v0/info/public.json'): Promise<number> => {
    const answer = await fetch(`${served.document.endpoints.ccn}${path}`);
    await answer.text();
    return answer.status;
  };

  it('an hour is over at once where nobody has anything to do', async () => {
    expect(clock.now()).toBe(at);
    await clock.wait(hour);
    expect(clock.now()).toBe(at + hour);
    expect(served.devnet.clock.now()).toBe(at + hour);
  });

  it('waits end in their order, and the shortest first', async () => {
    const order: string[] = [];
    await Promise.all(
      [3, 1, 2].map(async (hours) => {
        await clock.wait(hours * hour);
        order.push(`${hours} ${(clock.now() - at) / hour}`);
      }),
    );
    expect(order).toEqual(['1 1', '2 2', '3 3']);
  });

  it('stands still while something is worked on', async () => {
    let finish: () => void = () => {};
    const work = clock.working(
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
    );
    let woke = false;
    const waiting = clock.wait(1000).then(() => {
      woke = true;
    });
    for (let asked = 0; asked < 20; asked += 1) expect(await ask()).toBe(200);
    expect([woke, served.devnet.clock.now()]).toEqual([false, at]);
    finish();
    await work;
    await waiting;
    expect(clock.now()).toBe(at + 1000);
  });

  it('stands still while answers come, and is right as soon as one is here that took its time', async () => {
    await ask();
    expect(served.devnet.clock.now()).toBe(at);
    served.devnet.faults.add(parseFault('ccn latency 5s'.split(' ')));
    const limit = new AbortController();
    const over = clock.wait(4000, limit.signal).then(() => clock.now() - at);
    expect(await ask()).toBe(200);
    expect(clock.now()).toBe(at + 5000);
    expect(await over).toBe(4000);
  });

  it('two clocks in one process hear an answer that takes its time, each by its own waits', async () => {
    const other = await devnetClock({ control: served.document.endpoints.control, fetch });
    if (!isAttending(other)) throw new Error('not of this kind');
    served.devnet.faults.add(parseFault('ccn latency 5s'.split(' ')));
    // whoever has nothing to wait for has work to do, until it leaves
    const waits = Promise.all([clock.wait(8000), other.wait(7000).then(() => other.leave())]);
    expect(await ask()).toBe(200);
    expect(served.devnet.clock.now()).toBe(at + 5000);
    await waits;
    expect(served.devnet.clock.now()).toBe(at + 8000);
  });

  it('gives up what never ends when its own time is up', async () => {
    served.devnet.faults.add(parseFault('ccn endless-body'.split(' ')));
    const limit = new AbortController();
    void clock.wait(12_000).then(() => limit.abort());
    const answer = await fetch(`${served.document.endpoints.ccn}/status`, { signal: limit.signal });
    await expect(answer.text()).rejects.toThrow();
    expect(clock.now()).toBe(at + 12_000);
  });

  it('ends a wait that is aborted with the reason, and goes on with the others', async () => {
    const aborter = new AbortController();
    const work = clock.working(new Promise((resolve) => aborter.signal.addEventListener('abort', resolve)));
    const waiting = clock.wait(1000, aborter.signal);
    const other = clock.wait(2000);
    aborter.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await work;
    await other;
    expect(clock.now()).toBe(at + 2000);
    await expect(clock.wait(1, aborter.signal)).rejects.toThrow('enough');
  });

  it('is moved by command, too', async () => {
    const work = clock.working(clock.wait(hour));
    await served.devnet.clock.advance(hour);
    await work;
    expect(clock.now()).toBe(at + hour);
  });

  const another = async (): Promise<AttendingClock> => {
    const opened = await devnetClock({ control: served.document.endpoints.control, fetch });
    if (!isAttending(opened)) throw new Error('not of this kind');
    return opened;
  };

  it('does not go on for somebody who looks on, who comes along when it does', async () => {
    const watch = await another();
    const looked = watch.wait(1000, undefined, 'looking on').then(() => {
      watch.leave();
      return watch.now();
    });
    clock.leave();
    for (let asked = 0; asked < 20; asked += 1) expect(await ask()).toBe(200);
    expect(served.devnet.clock.now()).toBe(at);
    await (await another()).wait(2000);
    expect(await looked).toBe(at + 1000);
  });

  it('goes on without those who left, whatever they had to do', async () => {
    const gone = await another();
    void gone.working(new Promise(() => {}));
    gone.leave();
    await clock.wait(hour);
    expect(clock.now()).toBe(at + hour);
    await expect(gone.wait(1)).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
  });

  it('takes the time of a silent guest from the devnet, and stands still for one that answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, user: 'root' };
    const shell = shellAtClock(clock, { probe: (place: SshEndpoint, ms: number) => probe(place, ms, systemClock()) } as unknown as Shell);
    expect(await shell.probe(endpoint, hour)).toBe('silent');
    expect(clock.now()).toBe(at + hour - 1000);
    server.on('connection', (socket) => socket.end('SSH-2.0-x\r\n'));
    expect(await shell.probe(endpoint, hour)).toBe('ssh');
    await new Promise((resolve) => server.close(resolve));
    expect(await shell.probe(endpoint, hour)).toBe('refused');
    expect(clock.now()).toBe(at + hour - 1000);
  });

  it('ends every wait when the devnet goes away', async () => {
    const waiting = clock.working(clock.wait(1000));
    const failed = expect(waiting).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
    await served.close();
    await failed;
    await expect(clock.wait(1)).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
  });
});
