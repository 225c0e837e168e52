import { expect, test } from 'vitest';
import { deferred } from '../../src/main/deferred.ts';

const counter = () => {
  let loads = 0;
  const port = deferred(async () => {
    loads += 1;
    return { add: async (one: number, other: number) => one + other, fail: async () => Promise.reject(new Error('no')) };
  });
  return { port, loads: () => loads };
};

test('loads at the first call, once, and hands on what is given and what comes back', async () => {
  const { port, loads } = counter();
  expect(loads()).toBe(0);
  expect(await Promise.all([port.add(1, 2), port.add(3, 4)])).toEqual([3, 7]);
  await expect(port.fail()).rejects.toThrow('no');
  expect(loads()).toBe(1);
});

test('can be awaited without being called', async () => {
  const { port, loads } = counter();
  expect(await port).toBe(port);
  expect(loads()).toBe(0);
});
