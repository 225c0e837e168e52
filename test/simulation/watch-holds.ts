import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import type { EffectPoint } from '../../src/domain/ledger/effect-points.ts';
import { overLimit, unasked } from './limits-held.ts';

const commitments: readonly string[] = ['create.hold', 'extend.hold'];

/**
 * Looks at a ledger in the very moment in which money was committed, before anybody else writes: to be called just before and just after
 * each effect. A write that found its money committed by an earlier call commits nothing, and is not looked at.
 */
export const watchHolds = (ledger: OpenLedger, account: string, now: () => number, tell: (problem: string) => void) => {
  let before = 0;
  const newest = () => ledger.effects({ limit: 1 })[0]?.seq ?? 0;
  return (point: EffectPoint | 'request', when: 'before' | 'after'): void => {
    if (!commitments.includes(point)) return;
    if (when === 'before') {
      before = newest();
      return;
    }
    const held = ledger.effects({ limit: 5 }).find((effect) => effect.seq > before && effect.point === point);
    if (held === undefined) return;
    const vm = ledger.vm(held.vm!)!;
    const problems = [...overLimit(ledger, account, now(), vm.task), ...unasked(ledger, account, vm, held.operation!)];
    for (const problem of problems) tell(`at ${point}: ${problem}`);
  };
};
