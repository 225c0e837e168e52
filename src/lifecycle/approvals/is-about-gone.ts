import type { Plan } from '../../domain/plan/plan.ts';
import { aboutOf } from '../../domain/plan/plan-kinds.ts';
import { readablePlan } from '../../domain/plan/read-plan.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** Is the plan about VMs that are all gone? Then nobody has to decide it any more. */
export const isAboutGone = (ledger: Pick<LedgerReader, 'vm'>, plan: Plan): boolean => {
  const ids = aboutOf(plan);
  return ids.length > 0 && ids.every((id) => ledger.vm(id)?.state === 'terminated');
};

/** Does the approval still wait for somebody? One that cannot be read does: whoever looks at it is told why. */
export const stillWaits = (
  ledger: Pick<LedgerReader, 'vm'>,
  row: Parameters<typeof readablePlan>[0] & { expiresAt: number },
  now: number,
): boolean => {
  const plan = readablePlan(row);
  return row.expiresAt > now && (plan === null || !isAboutGone(ledger, plan));
};
