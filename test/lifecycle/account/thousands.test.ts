import { expect, test } from 'vitest';
import type { OpenLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { gcRound } from '../../../src/lifecycle/gc/gc-round.ts';
import { planGc } from '../../../src/lifecycle/gc/plan-gc.ts';
import { remembered } from '../../../src/lifecycle/nodes/node-experience.ts';
import { accountAtAGlance } from '../../../src/lifecycle/view/account-at-a-glance.ts';
import { effectRow, operationRow, vmRow } from '../../conformance/ledger-rows.ts';
import { countingLedger } from '../../support/counting-ledger.ts';
import { createVm } from '../../support/lifecycle-calls.ts';
import { openWorld, startAt, testContext } from '../../support/test-context.ts';

const dayMs = 86_400_000;

/** VMs that ended and were settled days ago, with their operations and their part of the trail. */
const fill = (ledger: OpenLedger, account: string, count: number): void =>
  ledger.write('create.hold', (transaction) => {
    for (let place = 1; place <= count; place += 1) {
      const at = startAt - 9 * dayMs + place * 1000;
      const operation = `op_${String(place).padStart(8, '0')}`;
      const over = { state: 'terminated', terminatedAt: at + 1, updatedAt: at + dayMs, settled: true, hold: 10n, billed: 10n } as const;
      transaction.insertOperation(operationRow({ id: operation, account, state: 'succeeded', startedAt: at, endedAt: at }));
      transaction.insertVm(
        vmRow(place, { ...over, name: `job-${place}`, account, payer: account, operation, signedAt: at, expiresAt: at }),
      );
      transaction.recordEffect({ ...effectRow, at, account, operation, point: 'operation.end', facts: {} });
    }
  });

/** How many rows each call reads from a ledger of so many VMs that are over. */
const readWith = async (count: number): Promise<Record<string, number>> => {
  const world = await openWorld();
  const { ledger, rowsRead } = countingLedger(world.devnet.clock.now);
  fill(ledger, world.account, count);
  const t = await testContext({ world, ledger });
  const read = async (work: () => Promise<unknown>): Promise<number> => {
    const before = rowsRead();
    await t.run(work());
    return rowsRead() - before;
  };
  const found = {
    create: await read(() => createVm(t.context, { name: 'ci' })),
    status: await read(() => accountAtAGlance(t.context, false)),
    gc: await read(async () => gcRound(t.context, t.account, await planGc(t.context, t.account))),
  };
  await world.close();
  return found;
};

test('R-10 house 3.9 a create, a look and gc read no more rows where a thousand VMs are over than where one is', async () => {
  const [one, thousand] = [await readWith(1), await readWith(remembered + 100)];
  expect(thousand).toEqual({ ...one, create: one['create']! - 1 + remembered });
});
