import { expect, it } from 'vitest';
import { draws } from '../../../src/domain/trials/draws.ts';

const first = (seed: number): number[] => Array.from({ length: 1000 }, draws(seed));

it('a seed draws the same each time, another one others, all in [0, 1) and over the whole of it', () => {
  expect(first(7)).toEqual(first(7));
  expect(first(8)).not.toEqual(first(7));
  const drawn = first(7);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  for (let tenth = 0; tenth < 10; tenth += 1) expect(drawn.filter((each) => Math.floor(each * 10) === tenth).length).toBeGreaterThan(50);
});
