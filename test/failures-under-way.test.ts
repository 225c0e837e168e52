import { afterAll, beforeAll, describe, it } from 'vitest';
import { failureCodes } from '../src/domain/failure/failure-codes.ts';
import { expectFailure } from './failures/expect-failure.ts';
import { lifeCases } from './failures/life.ts';
import { type DevnetWorld, devnetWorld } from './support/devnet/devnet-world.ts';

describe('what goes wrong once something was sent', () => {
  let world: DevnetWorld;
  beforeAll(async () => {
    world = await devnetWorld();
  });
  afterAll(() => world.close());
  for (const { command, code, provoke } of lifeCases) {
    it(`${command} ends with ${code} (exit ${failureCodes[code].exit})`, async () => {
      expectFailure(await provoke(world), code);
    });
  }
});
