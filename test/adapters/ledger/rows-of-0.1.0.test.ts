import { expect, test } from 'vitest';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { factsOf } from '../../../src/domain/ledger/effect-facts.ts';
import { type EffectPoint, effectPoints } from '../../../src/domain/ledger/effect-points.ts';
import { adoptionOf, creationOf, extensionOf } from '../../../src/domain/plan/operation-plan.ts';
import { readPlan } from '../../../src/domain/plan/read-plan.ts';
import { keptHome } from '../../support/kept-home.ts';

const readers = { create: creationOf, extend: extensionOf, adopt: adoptionOf };

test('every plan and every row of the trail that 0.1.0 wrote is read as it is, and by its approver', async () => {
  const { ledger } = await keptHome('0.1.0').open();
  const effects = ledger.effects();
  expect(effects).toHaveLength(199);
  for (const effect of effects) {
    expect(effectPoints).toContain(effect.point);
    expect(factsOf(effect.point as EffectPoint, effect)).toBe(effect.facts);
  }
  const approvals = ledger.approvals();
  expect(approvals).toHaveLength(19);
  for (const row of approvals) {
    // the sum that the account needs had another name then
    expect({ ...readPlan(row), cost: null }).toEqual({ ...(row.plan as object), cost: null });
    expect(Object.keys(approvalMessage(row).message).length).toBeGreaterThan(9);
  }
  const operations = ledger.operations();
  expect(operations).toHaveLength(17);
  for (const operation of operations) {
    if (operation.kind === 'destroy' || operation.kind === 'transfer' || operation.kind === 'topup')
      throw new Error('0.1.0 stored no such operation');
    expect(readers[operation.kind](operation)).toBeTruthy();
  }
});
