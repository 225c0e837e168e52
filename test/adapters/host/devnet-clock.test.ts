import { describe, expect, it } from 'vitest';
import { devnetClock } from '../../../src/adapters/host/devnet-clock.ts';

/** A devnet's time endpoint: it runs at its rate, and is turned by hand. */
const timeAt = (now: number, rate: number) => {
  const time = { now, rate, alive: true, asked: 0 };
  const since = performance.now();
  const fetch = async (input: unknown) => {
    time.asked += 1;
    expect(String(input)).toBe('http://127.0.0.1:1/time');
    if (!time.alive) throw new TypeError('fetch failed');
    return Response.json({ now: time.now + (performance.now() - since) * time.rate, rate: time.rate, at: 'ignored' });
  };
  return { time, fetch: fetch as typeof globalThis.fetch, control: 'http://127.0.0.1:1/' };
};

describe("a devnet's clock", () => {
  it('stands still where the devnet stands still', async () => {
    const devnet = timeAt(1_800_000_000_000, 0);
    const clock = await devnetClock(devnet);
    expect(clock.now()).toBe(1_800_000_000_000);
    expect(clock.now()).toBe(1_800_000_000_000);
  });

  it('wakes when the time is advanced by command', async () => {
    const devnet = timeAt(1_800_000_000_000, 0);
    const clock = await devnetClock(devnet);
    let woke = false;
    const waiting = clock.wait(5 * 3_600_000).then(() => {
      woke = true;
    });
    await expect.poll(() => devnet.time.asked).toBeGreaterThan(2);
    expect(woke).toBe(false);
    devnet.time.now += 5 * 3_600_000;
    await waiting;
    expect(clock.now()).toBe(1_800_018_000_000);
  });

  it('goes on at the rate of the devnet, and never back', async () => {
    const devnet = timeAt(1_000_000, 100_000);
    const clock = await devnetClock(devnet);
    const before = clock.now();
    await clock.wait(60_000);
    const after = clock.now();
    expect(after - before).toBeGreaterThanOrEqual(60_000);
    // turned back by hand: what was told once is not taken back
    devnet.time.now -= 3_600_000_000;
    await clock.wait(0);
    expect(clock.now()).toBeGreaterThanOrEqual(after);
  });

  it('ends a wait that is aborted, with the reason', async () => {
    const clock = await devnetClock(timeAt(0, 0));
    const aborter = new AbortController();
    const waiting = clock.wait(1000, aborter.signal);
    aborter.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(clock.wait(1000, aborter.signal)).rejects.toThrow('enough');
  });

  it('says when there is no devnet', async () => {
    const devnet = timeAt(0, 0);
    devnet.time.alive = false;
    await expect(devnetClock(devnet)).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
  });

  it('gives up a wait when the devnet stays away', async () => {
    const devnet = timeAt(0, 0);
    const clock = await devnetClock({ ...devnet, patienceMs: 10 });
    devnet.time.alive = false;
    await expect(clock.wait(1000)).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
  });
});
