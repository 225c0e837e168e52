import { describe, expect, it } from 'vitest';
import { createClock } from '../../../src/devnet/world/clock.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the devnet clock', () => {
  it('runs what falls due in order of time, then of scheduling, each at its own time', async () => {
    const clock = createClock(1000);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name}@${clock.now()}`);
    clock.at(3000, note('c'));
    clock.at(2000, note('a'));
    clock.at(2000, note('b'));
    const cancel = clock.at(2500, note('never'));
    cancel();
    await clock.advance(1999);
    expect(seen).toEqual(['a@2000', 'b@2000']);
    await clock.advance(1);
    expect(seen).toEqual(['a@2000', 'b@2000', 'c@3000']);
    expect(clock.now()).toBe(3000);
  });

  it('lets promises settle between tasks, so that what they schedule is in order', async () => {
    const clock = createClock(0);
    const seen: string[] = [];
    const work = async () => {
      await clock.wait(10);
      await Promise.resolve();
      await clock.wait(10);
      seen.push('second wait');
    };
    void work();
    clock.at(25, () => seen.push('later'));
    await clock.advance(30);
    expect(seen).toEqual(['second wait', 'later']);
  });

  it('repeats until cancelled', async () => {
    const clock = createClock(0);
    let count = 0;
    const cancel = clock.every(10, () => count++);
    await clock.advance(35);
    cancel();
    await clock.advance(100);
    expect(count).toBe(3);
  });

  it('stands still by itself, and still does what is due at once', async () => {
    const clock = createClock(5);
    const seen: number[] = [];
    clock.at(5, () => seen.push(5));
    clock.at(6, () => seen.push(6));
    for (let i = 0; i < 20; i++) await turn();
    expect(seen).toEqual([5]);
    expect(clock.now()).toBe(5);
  });

  it('rejects a wait that is aborted, with the reason', async () => {
    const clock = createClock(0);
    const stop = new AbortController();
    const waiting = clock.wait(1000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(clock.wait(1, AbortSignal.abort(new Error('already')))).rejects.toThrow('already');
  });

  it('drives a promise through its waits, however long they are', async () => {
    const clock = createClock(0);
    const day = async (): Promise<number> => {
      for (let hour = 0; hour < 24; hour++) await clock.wait(3_600_000);
      return clock.now();
    };
    expect(await clock.drive(day())).toBe(86_400_000);
    await expect(clock.drive(Promise.reject(new Error('as it was')))).rejects.toThrow('as it was');
  });

  it('follows real time at a rate', async () => {
    const clock = createClock(0);
    clock.run(1_000_000);
    await clock.wait(60_000);
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    clock.stop();
    const stood = clock.now();
    await turn();
    expect(clock.now()).toBe(stood);
    expect(clock.rate).toBe(0);
  });

  it('refuses to go back', async () => {
    await expect(createClock(0).advance(-1)).rejects.toThrow('forward');
  });
});
