import { describe, expect, it } from 'vitest';
import { breakerPause, breakerState } from '../../../src/domain/burn/breaker.ts';
import type { OperationRecord } from '../../../src/domain/ledger/ledger-records.ts';
import { noon, operation } from '../judge/judge-case.ts';

const minute = 60_000;
const failed = (minutesAgo: number, patch: Partial<OperationRecord> = {}) =>
  operation(`op_${minutesAgo}`, {
    state: 'failed',
    breaker: true,
    startedAt: noon - (minutesAgo + 1) * minute,
    endedAt: noon - minutesAgo * minute,
    ...patch,
  });
const done = (minutesAgo: number) => failed(minutesAgo, { state: 'succeeded', breaker: false });
const running = (minutesAgo: number) => operation('op_run', { state: 'running', endedAt: null, startedAt: noon - minutesAgo * minute });
const pause = (...operations: OperationRecord[]) => breakerPause(breakerState(operations, noon), { failures: 3, pauseSeconds: 600 }, noon);

describe('the breaker', () => {
  it('three failures in a row pause creation for ten minutes from the last', () => {
    expect(pause(failed(4), failed(3))).toBe(0);
    expect(pause(failed(5), failed(4), failed(3))).toBe(420);
    expect(pause(failed(30), failed(20), failed(10))).toBe(0);
  });

  it('a success begins anew', () => {
    expect(pause(failed(6), failed(5), done(4.5), failed(4))).toBe(0);
    expect(breakerState([failed(6), done(5), failed(4)], noon)).toEqual({
      failuresInARow: 1,
      lastFailureAt: noon - 4 * minute,
      trialSince: null,
    });
  });

  it('refusals neither count nor begin anew, nor do destroys', () => {
    expect(pause(failed(5), failed(4), failed(3.5, { breaker: false }), failed(3))).toBe(420);
    expect(pause(failed(5), failed(4), failed(3, { kind: 'destroy' }))).toBe(0);
    expect(pause(failed(5), failed(4, { breaker: false }), failed(3))).toBe(0);
  });

  it('after the pause one trial is let through, and others wait for it', () => {
    const three = [failed(30), failed(20), failed(11)];
    expect(pause(...three)).toBe(0);
    expect(pause(...three, running(1))).toBe(30);
    expect(pause(...three, failed(1))).toBe(540);
    expect(pause(...three, done(1))).toBe(0);
  });

  it('a trial whose process died does not hold others for ever', () => {
    expect(pause(failed(90), failed(80), failed(70), running(50))).toBe(0);
  });
});
