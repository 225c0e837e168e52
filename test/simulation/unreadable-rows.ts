import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { factsOf } from '../../src/domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../../src/domain/ledger/effect-points.ts';
import { adoptionOf, creationOf, extensionOf } from '../../src/domain/plan/operation-plan.ts';
import { readPlan } from '../../src/domain/plan/read-plan.ts';

const readers = { create: creationOf, extend: extensionOf, adopt: adoptionOf };

const troubleOf = (read: () => unknown): string[] => {
  try {
    read();
    return [];
  } catch (thrown) {
    if (thrown instanceof Failure) return [thrown.message];
    throw thrown;
  }
};

/** What we wrote ourselves and could not read back: a sentence for each plan and each row of the trail. */
export const unreadableRows = (ledger: OpenLedger): string[] => [
  ...ledger.effects().flatMap((effect) => troubleOf(() => factsOf(effect.point as EffectPoint, effect))),
  ...ledger.approvals().flatMap((row) => troubleOf(() => readPlan(row))),
  ...ledger
    .operations()
    .flatMap((row) =>
      row.kind === 'destroy' ? [`${row.id} is an operation of no kind`] : troubleOf(() => readers[row.kind as 'create'](row)),
    ),
];
