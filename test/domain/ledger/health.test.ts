import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeUnreachable, type UnreachableCase } from '../../../src/domain/judge/judge-unreachable.ts';
import { failedProbes, type HealthRun, silentMs, stateBy, withProbe } from '../../../src/domain/ledger/health.ts';
import type { VmState } from '../../../src/domain/ledger/vm-record.ts';

const minute = 60_000;

/** Probes a minute apart, from a healthy VM on. */
const probed = (answers: readonly boolean[]): { state: VmState; run: HealthRun | null } => {
  let run: HealthRun | null = null;
  let state: VmState = 'healthy';
  for (const [index, one] of answers.entries()) {
    run = withProbe(run, { at: index * minute, answers: one, onNode: 'running' }) ?? run;
    state = stateBy(state, run!);
  }
  return { state, run };
};

describe('health', () => {
  it('XA-22 W-154 three failures in a row make unreachable, one answer healthy again', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), (answers) => {
        const failing = answers.length - 1 - answers.lastIndexOf(true);
        expect(probed(answers).state).toBe(failing >= failedProbes ? 'unreachable' : 'healthy');
      }),
    );
  });

  it('W-154 a run says since when, until when and how often; how long it is silent follows', () => {
    expect(probed([true, false, false]).run).toEqual({ since: minute, until: 2 * minute, answers: false, onNode: 'running', probes: 2 });
    expect(silentMs(probed([true, false, false]).run, 5 * minute)).toBe(4 * minute);
    expect(silentMs(probed([false, true]).run, 5 * minute)).toBe(0);
    expect(silentMs(null, 5 * minute)).toBe(0);
  });

  it('two looks at the same moment are one: nothing becomes unreachable by many processes', () => {
    let run: HealthRun | null = null;
    for (let at = 0; at < 19_000; at += 1000) run = withProbe(run, { at, answers: false, onNode: 'running' }) ?? run;
    expect(run).toMatchObject({ probes: 1 });
  });
});

describe('ending what is unreachable', () => {
  const sure: UnreachableCase = { silentMs: 31 * minute, limitSeconds: 1800, confirmed: true, controlAnswers: true, affectedNodes: 1 };

  it('W-155 happens only where nothing speaks against it', () => {
    expect(judgeUnreachable(sure)).toEqual([]);
    expect(judgeUnreachable({ ...sure, limitSeconds: 0 })).toEqual(['off']);
    expect(judgeUnreachable({ ...sure, silentMs: 29 * minute })).toEqual(['tooSoon']);
    expect(judgeUnreachable({ ...sure, affectedNodes: 2 })).toEqual(['severalNodes']);
    expect(judgeUnreachable({ ...sure, confirmed: false })).toEqual(['unconfirmed']);
    expect(judgeUnreachable({ ...sure, controlAnswers: false })).toEqual(['ownNetwork']);
    expect(judgeUnreachable({ ...sure, affectedNodes: 2, confirmed: false, controlAnswers: false })).toEqual([
      'severalNodes',
      'unconfirmed',
      'ownNetwork',
    ]);
  });
});
