import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type OpenLedger, openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { isWhole, partiesOf, signatureOf } from '../../../src/domain/ledger/signed-text.ts';
import { destroy } from '../../../src/lifecycle/end/destroy.ts';
import { freeze } from '../../../src/lifecycle/governance/freeze.ts';
import { verifyTrail } from '../../../src/lifecycle/trail/verify-ledger.ts';
import { cli } from '../../support/cli-world.ts';
import { create, createVm, gc } from '../../support/lifecycle-calls.ts';
import { temporaryHome } from '../../support/temporary-home.ts';
import { Death, network, openWorld, type TestContext, testContext, type World } from '../../support/test-context.ts';

const minutes = (count: number) => count * 60_000;
const crn = 'http://crn-0.devnet.test';

/** What the ledger has of the INSTANCE of its newest VM. */
const kept = (ledger: OpenLedger) => {
  const message = ledger.signed(ledger.vms().at(-1)!.id)!;
  return { message, signature: signatureOf(message), whole: isWhole(message), parties: partiesOf(message) };
};

/** A create that died once its bytes were in the ledger, before any left. */
const heldAndDead = async (world: World): Promise<void> => {
  const crash = (point: string): void => {
    if (point === 'create.publish') throw new Death();
  };
  const dying = await testContext({ world, crash, seed: 2 });
  await expect(dying.run(create(dying.context, { name: 'stuck', crn }))).rejects.toThrow(Death);
};

test('S-11: the signature of an INSTANCE is gone once the network has it; what was signed stays', async () => {
  const seen: unknown[] = [];
  const t: TestContext = await testContext({
    onRequest: (request) => {
      if (request.method === 'POST' && request.url.endsWith('/api/v0/messages') && t.ledger.vms().length === 1)
        seen.push(kept(t.ledger).signature);
    },
  });
  const vm = await t.run(createVm(t.context, { crn }));
  expect(seen[0]).toMatch(/^0x[0-9a-f]{130}$/);
  expect(kept(t.ledger)).toMatchObject({ signature: null, whole: true, parties: { sender: t.account, owner: t.account } });
  expect(kept(t.ledger).message).toMatchObject({ id: vm.id, kind: 'INSTANCE', signedAt: vm.signedAt });
  expect((await t.run(destroy(t.context, vm.id, 'destroy'))).vm.state).toBe('terminated');
  expect(verifyTrail(t.ledger)).toMatchObject({ firstBroken: null, damagedMessages: [], strayVms: [] });
});

test.each(['the next write', 'a call that only reads'])('S-11: ten minutes after signing %s wipes what was never sent', async (next) => {
  const world = await openWorld();
  const path = join(temporaryHome(), 'ledger.sqlite');
  const opened = () => openLedger({ path, now: world.devnet.clock.now, network });
  const ledger = opened();
  await heldAndDead({ ...world, ledger });
  const { signature } = kept(ledger);
  expect(signature).toMatch(/^0x[0-9a-f]{130}$/);
  const t = await testContext({ world: { ...world, ledger } });
  await world.devnet.clock.advance(minutes(9));
  await t.run(cli('vm ls --offline --json', { context: t.context }));
  expect(kept(ledger).signature).toBe(signature);
  await world.devnet.clock.advance(minutes(2));
  if (next === 'the next write') await t.run(gc(t.context, t.account));
  else {
    const reader = opened();
    reader.vms();
    reader.close();
  }
  expect(kept(ledger)).toMatchObject({ signature: null, whole: true });
  ledger.close();
  // nor does the file have it anywhere
  expect(readFileSync(path, 'latin1')).not.toContain(signature!.slice(2));
  // it is given up as before, from what is left
  const later = await testContext({ world: { ...world, ledger: opened() }, seed: 3 });
  await world.devnet.clock.advance(minutes(5));
  await later.run(gc(later.context, later.account));
  expect(later.vms()).toMatchObject([{ state: 'dormant' }]);
  expect(later.bills()).toEqual([]);
  later.ledger.close();
  await world.close();
});

test('S-11: another network’s clock ages nothing', async () => {
  const world = await openWorld();
  const path = join(temporaryHome(), 'ledger.sqlite');
  const ledger = openLedger({ path, now: world.devnet.clock.now, network });
  await heldAndDead({ ...world, ledger });
  const other = openLedger({ path, now: () => world.devnet.clock.now() + minutes(60 * 24), network: 'mainnet' });
  other.vms();
  other.close();
  expect(kept(ledger).signature).not.toBeNull();
  ledger.close();
  await world.close();
});

test('S-11: a freeze wipes what waits to be sent', async () => {
  const world = await openWorld();
  await heldAndDead(world);
  const t = await testContext({ world });
  await t.run(freeze(t.context));
  expect(kept(t.ledger)).toMatchObject({ signature: null, whole: true });
  await world.close();
});

test('S-11: a destroy that is ordered wipes it before anything is asked of the network', async () => {
  const world = await openWorld();
  await heldAndDead(world);
  const crash = (point: string): void => {
    if (point === 'request' && world.ledger.vms()[0]?.state === 'stopping') throw new Death();
  };
  const t = await testContext({ world, crash });
  await t.run(destroy(t.context, t.vms()[0]!.id, 'destroy')).catch(() => null);
  expect(t.vms()).toMatchObject([{ state: 'stopping' }]);
  expect(kept(t.ledger).signature).toBeNull();
  await world.close();
});
