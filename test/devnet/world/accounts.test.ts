import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { accounts } from '../../../src/devnet/world/accounts.ts';
import { createRandom } from '../../../src/devnet/world/random.ts';

describe('what the seed fixes', () => {
  it('ten checksummed accounts with their keys, others for another seed', () => {
    const known = { seed: 1, secret: null };
    const mine = accounts(known);
    expect(accounts(known)).toEqual(mine);
    expect(new Set([...mine, ...accounts({ ...known, seed: 2 })].map((account) => account.address)).size).toBe(20);
    for (const { address, privateKey } of mine) expect(new ethers.Wallet(privateKey).address).toBe(address);
  });

  it('a stream of chance, and independent ones by label', () => {
    const draw = (random: ReturnType<typeof createRandom>): number[] => Array.from({ length: 5 }, () => random.fraction());
    expect(draw(createRandom(3))).toEqual(draw(createRandom(3)));
    expect(draw(createRandom(3))).not.toEqual(draw(createRandom(4)));
    const parent = createRandom(3);
    const before = draw(parent.fork('a'));
    parent.bytes(100);
    expect(draw(parent.fork('a'))).toEqual(before);
    expect(draw(parent.fork('b'))).not.toEqual(before);
  });

  it('chance that is spread evenly', () => {
    const random = createRandom(9);
    const buckets = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) buckets[random.integer(10)]!++;
    for (const count of buckets) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => random.pick([])).toThrow(RangeError);
  });
});
