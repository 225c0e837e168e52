import { expect, it } from 'vitest';
import { startRounds } from '../../src/main/safe-rounds.ts';

it('a full round follows at once what an earlier safe left half-done, however long that takes', async () => {
  const underWay = new Map<string | null, () => void>();
  const begun: (string | null)[] = [];
  const stop = await startRounds({
    networks: () => ['mainnet', 'devnet'],
    inNetwork: (network) =>
      new Promise((resolve) => {
        begun.push(network);
        underWay.set(network, () => resolve(undefined as never));
      }),
    now: () => 0,
    // the safe answers before anything is settled
    pause: async () => {},
    every: () => () => {},
  });
  expect(begun).toEqual(['mainnet', 'devnet']);
  underWay.get('devnet')!();
  await new Promise((next) => setImmediate(next));
  expect(begun).toEqual(['mainnet', 'devnet', 'devnet']);
  underWay.get('mainnet')!();
  await new Promise((next) => setImmediate(next));
  expect(begun).toEqual(['mainnet', 'devnet', 'devnet', 'mainnet']);
  stop();
});
