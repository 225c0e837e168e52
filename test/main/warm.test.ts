import { afterEach, expect, it, vi } from 'vitest';
import { openWarm } from '../../src/main/safe/warm.ts';
import { temporaryHome } from '../support/temporary-home.ts';

afterEach(() => void vi.useRealTimers());

it('a safe forgets when an agent changed something once nothing from before it is given any more', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const warm = openWarm({ environment: { ALEPH_AGENT_HOME: temporaryHome() }, machine: process });
  warm.changed('one');
  const changedAt = performance.now();
  vi.advanceTimersByTime(999);
  warm.changed('two');
  expect(warm.changedAt('one')).toBe(changedAt);
  vi.advanceTimersByTime(1);
  warm.changed('three');
  expect(['one', 'two', 'three'].map(warm.changedAt)).toEqual([Number.NEGATIVE_INFINITY, changedAt + 999, changedAt + 1000]);
  warm.close();
});
