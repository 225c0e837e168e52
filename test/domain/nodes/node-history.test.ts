import { describe, expect, it } from 'vitest';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { nodeHistories, noHistory, trustIn } from '../../../src/domain/nodes/node-history.ts';
import { noon } from '../judge/judge-case.ts';

const row = (node: string, patch: Partial<VmRecord>): VmRecord =>
  ({
    id: 'v',
    node: { hash: node, untrustedName: '', url: '' },
    signedAt: noon,
    healthyAt: null,
    stoppingAt: null,
    ending: null,
    updatedAt: noon,
    ...patch,
  }) as VmRecord;
const up = (seconds: number) => row('a', { healthyAt: noon + seconds * 1000, ending: 'destroy' });

describe('our own history with nodes', () => {
  it('counts boots and failures by node, with the median time until ready', () => {
    const failed = row('a', { ending: 'failed', stoppingAt: noon + 60_000 });
    const histories = nodeHistories([up(80), up(60), up(200), failed, row('b', { ending: 'failed' })], () => false);
    expect(histories.get('a')).toEqual({ boots: 3, failures: 1, lastFailureAt: noon + 60_000, readySeconds: 80 });
    expect(histories.get('b')).toMatchObject({ boots: 0, failures: 1, readySeconds: null });
    expect(histories.has('c')).toBe(false);
  });

  it('blames a node for a VM that came up there and was lost to everybody later', () => {
    const lost = row('a', { healthyAt: noon + 80_000, ending: 'unreachable', stoppingAt: noon + 3_600_000 });
    expect(nodeHistories([lost], () => false).get('a')).toMatchObject({ boots: 1, failures: 1, lastFailureAt: noon + 3_600_000 });
  });

  it('XB-17 blames no node for a VM that was ended otherwise, or that it could not have started', () => {
    const rows = [
      row('a', { ending: 'destroy' }),
      row('a', { ending: 'price' }),
      row('a', { id: 'unpaid', ending: 'failed' }),
      row('a', {}),
    ];
    expect(nodeHistories(rows, ({ id }) => id === 'unpaid').get('a')).toEqual(noHistory);
  });

  it('B-034 trusts a node hardly at all for ten minutes after a failure, less and less with their number', () => {
    const failed = (boots: number, failures: number) => ({ ...noHistory, boots, failures, lastFailureAt: noon });
    const later = noon + 3_600_000;
    expect(trustIn(noHistory, later)).toBe(1);
    expect(trustIn({ ...noHistory, boots: 9 }, later)).toBe(1);
    expect(trustIn(failed(0, 1), later)).toBe(0.5);
    expect(trustIn(failed(9, 1), later)).toBeGreaterThan(0.9);
    expect(trustIn(failed(0, 3), later)).toBe(0.25);
    expect(trustIn(failed(9, 1), noon + 9 * 60_000)).toBeLessThan(0.02);
  });
});
