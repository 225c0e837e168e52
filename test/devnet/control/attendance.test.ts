import { describe, expect, it } from 'vitest';
import { createAttendance } from '../../../src/devnet/control/attendance.ts';
import { createClock } from '../../../src/devnet/world/clock.ts';

const bench = () => {
  const clock = createClock(0);
  const attendance = createAttendance(clock);
  const enter = () => {
    const woken: number[] = [];
    return { woken, ...attendance.enter(() => void woken.push(clock.now())) };
  };
  /** Runs what can be run without the clock's going on by somebody's command. */
  const settle = () => clock.advance(0);
  return { clock, attendance, enter, settle };
};

const until = (ms: number, ...requests: string[]) => ({ until: ms, requests, atWork: false, looksOn: false });

describe('a clock that waits for those who live by it', () => {
  it('goes on for nobody where nobody is', async () => {
    const { clock, settle } = bench();
    clock.at(1000, () => {});
    await settle();
    expect(clock.now()).toBe(0);
  });

  it('jumps to what one waits for, running what is due on the way, and stands while that one is at work', async () => {
    const { clock, enter, settle } = bench();
    const due: number[] = [];
    clock.every(1000, () => void due.push(clock.now()));
    const one = enter();
    await settle();
    expect(clock.now()).toBe(0);
    one.say(until(2500));
    await expect.poll(() => one.woken).toEqual([2500]);
    await settle();
    expect([clock.now(), ...due]).toEqual([2500, 1000, 2000]);
  });

  it('stands while one of several is at work, and goes on when that one waits, or is gone', async () => {
    const { clock, enter, settle } = bench();
    const [one, other, dead] = [enter(), enter(), enter()];
    one.say(until(1000));
    other.say(until(9000));
    await settle();
    expect(clock.now()).toBe(0);
    dead.leave();
    await expect.poll(() => one.woken).toEqual([1000]);
    await settle();
    // the one that was woken has work to do again
    expect([clock.now(), ...other.woken]).toEqual([1000]);
    one.say({ until: 15_000, requests: [], atWork: true, looksOn: false });
    await settle();
    expect(clock.now()).toBe(1000);
    one.say(until(20_000));
    await expect.poll(() => other.woken).toEqual([9000]);
  });

  it('goes on for nobody who looks on, and takes such a one along when it goes on for others', async () => {
    const { clock, attendance, enter, settle } = bench();
    const watch = enter();
    watch.say({ ...until(1000), looksOn: true });
    await settle();
    expect(clock.now()).toBe(0);
    const one = enter();
    one.say(until(2500));
    await expect.poll(() => watch.woken).toEqual([1000]);
    await settle();
    // it has a look, and waits again
    expect([clock.now(), ...one.woken]).toEqual([1000]);
    watch.say({ ...until(9000), looksOn: true });
    await expect.poll(() => one.woken).toEqual([2500]);
    one.leave();
    await settle();
    expect([clock.now(), ...watch.woken]).toEqual([2500, 1000]);
    attendance.answering(null, clock.wait(500));
    await expect.poll(() => clock.now()).toBe(3000);
  });

  it('takes a request for waiting only while it is being answered', async () => {
    const { clock, attendance, enter, settle } = bench();
    const one = enter();
    one.say(until(5000, 'a'));
    await settle();
    // on its way here
    expect(clock.now()).toBe(0);
    attendance.answering('a', clock.wait(3000));
    await expect.poll(() => clock.now()).toBe(3000);
    await settle();
    // on its way back
    expect([clock.now(), ...one.woken]).toEqual([3000]);
    one.say(until(5000));
    await expect.poll(() => one.woken).toEqual([5000]);
  });

  it('goes on for an answer to somebody who is not here, unless somebody who is has work to do', async () => {
    const { clock, attendance, enter } = bench();
    const one = enter();
    const answered = clock.wait(3000);
    attendance.answering(null, answered);
    one.say(until(2000));
    await expect.poll(() => one.woken).toEqual([2000]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(2000);
    one.leave();
    await answered;
    expect(clock.now()).toBe(3000);
  });

  it('stays where nothing is due', async () => {
    const { clock, enter, settle } = bench();
    enter().say({ until: null, requests: [], atWork: false, looksOn: false });
    await settle();
    expect(clock.now()).toBe(0);
  });

  it('is not ahead of what is told to it while it is advanced by command', async () => {
    const { clock, enter } = bench();
    const one = enter();
    const advanced = clock.advance(10_000);
    one.say(until(4000));
    await advanced;
    expect([clock.now(), ...one.woken]).toEqual([10_000, 4000]);
  });
});
