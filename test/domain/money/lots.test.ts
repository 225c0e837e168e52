import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addCredits, creditDetails, spendCredits } from '../../../src/devnet/ccn/credits/credits.ts';
import { emptyState } from '../../../src/devnet/ccn/state.ts';
import { lotsOf } from '../../../src/domain/money/lots.ts';

const address = `0x${'ab'.repeat(20)}`;
const step = fc.oneof(
  fc.record({ came: fc.bigInt(1n, 50n), lasts: fc.constantFrom(null, 3, 10, 40) }),
  fc.record({ spent: fc.bigInt(1n, 60n) }),
);

describe('what is left of each lot', () => {
  it('A-067: is what the network’s own bookkeeping has left, in the order in which lots pay', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const state = emptyState();
        const arrivals: { credits: bigint; expiresAt: number | null; at: number; post: string; index: number }[] = [];
        for (const [at, taken] of steps.entries()) {
          if ('spent' in taken) {
            spendCredits(state, address, taken.spent, at);
            continue;
          }
          // two at one moment, told apart by their POST
          const arrival = {
            credits: taken.came,
            at: at - (at % 2),
            // few dates, so that lots share them
            expiresAt: taken.lasts === null ? null : Math.ceil((at + taken.lasts) / 10) * 10,
            post: String(at).padStart(64, '0'),
            index: 0,
          };
          arrivals.push(arrival);
          addCredits(state, {
            address,
            left: arrival.credits,
            expiresAt: arrival.expiresAt,
            time: arrival.at,
            ref: arrival.post,
            index: 0,
          });
        }
        const now = steps.length;
        const parts = creditDetails(state, address, now).map(({ amount, expiresAt }) => ({ credits: amount, expiresAt }));
        const alive = state.lots.filter(({ left, expiresAt }) => left > 0n && (expiresAt === null || expiresAt > now));
        expect(lotsOf(arrivals, parts, now).map(({ arrival, left }) => [arrival.post, left])).toEqual(
          alive.sort((a, b) => a.time - b.time || (a.ref < b.ref ? -1 : 1)).map(({ ref, left }) => [ref, left]),
        );
      }),
    );
  });

  it('N-05: credits that came back keep the date that they had, though their transfer says none', () => {
    const came = (post: string, at: number, credits: bigint, expiresAt: number | null = null) => ({
      post,
      at,
      credits,
      expiresAt,
      index: 0,
    });
    const bought = came('a', 1, 3_000_000n);
    const back = came('b', 5, 1_602_001n);
    const parts = [
      { credits: 2_430_605n, expiresAt: null },
      { credits: 500_000n, expiresAt: 99 },
    ];
    expect(lotsOf([bought, back], parts, 10)).toEqual([
      { arrival: bought, left: 1_328_604n, expiresAt: null },
      { arrival: back, left: 500_000n, expiresAt: 99 },
      { arrival: back, left: 1_102_001n, expiresAt: null },
    ]);
  });

  it('is not told for credits of which the history knows no arrival', () => {
    expect(lotsOf([], [{ credits: 5n, expiresAt: null }], 0)).toEqual([]);
  });
});
