import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayMove, transitions } from '../../../src/domain/ledger/vm-machine.ts';
import { liveStates, type VmState } from '../../../src/domain/ledger/vm-record.ts';

const states: VmState[] = ['requested', 'dormant', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping', 'terminated'];

/** product.md §2, written down a second time. */
const table: Record<VmState, VmState[]> = {
  requested: ['provisioning', 'dormant', 'stopping'],
  dormant: ['stopping'],
  provisioning: ['healthy', 'stopping'],
  healthy: ['stopped', 'unreachable', 'stopping'],
  unreachable: ['healthy', 'stopping'],
  stopped: ['healthy', 'stopping'],
  stopping: ['terminated', 'dormant'],
  terminated: ['stopping'],
};

const anyState = fc.constantFrom(...states);

describe('the life of a VM', () => {
  it('W-119: has these edges and no other', () => {
    fc.assert(
      fc.property(anyState, anyState, (from, to) => mayMove(from, to) === table[from].includes(to)),
      { numRuns: 500 },
    );
  });

  it('W-119: every edge says when, within which time, and what follows when it fails', () => {
    for (const { when, limitSeconds, onFailure } of transitions) {
      expect(when).not.toBe('');
      expect(onFailure).not.toBe('');
      expect(limitSeconds === null || limitSeconds > 0).toBe(true);
    }
  });

  it('W-119: from every state it can be ended, and only by way of stopping', () => {
    for (const from of states.filter((state) => state !== 'stopping')) expect(mayMove(from, 'stopping')).toBe(true);
    expect(transitions.filter(({ to }) => to === 'terminated').map(({ from }) => from)).toEqual(['stopping']);
  });

  it('whatever path it takes, what leaves the burn was proven gone or never processed', () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 40 }), (wishes) => {
        let at: VmState = 'requested';
        for (const wish of wishes) {
          if (!mayMove(at, wish)) continue;
          if (liveStates.includes(at) && !liveStates.includes(wish) && at !== 'stopping' && at !== 'requested') return false;
          at = wish;
        }
        return true;
      }),
    );
  });
});
