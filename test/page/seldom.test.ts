import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { seldom } from '../../src/page/seldom.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what comes often runs at once, then once for all that came meanwhile, and rests again', () => {
  let runs = 0;
  const run = seldom(() => {
    runs += 1;
  }, 4000);
  run();
  expect(runs).toBe(1);
  for (let n = 0; n < 50; n += 1) {
    vi.advanceTimersByTime(100);
    run();
  }
  // at 0 and 4 s; what came after that waits
  expect(runs).toBe(2);
  vi.advanceTimersByTime(4000);
  expect(runs).toBe(3);
  vi.advanceTimersByTime(60_000);
  expect(runs).toBe(3);
  run();
  expect(runs).toBe(4);
});
