import type { Facts } from '../../../src/domain/ledger/effect-facts.ts';
import { isAboutTheSame } from '../../../src/domain/plan/is-about-the-same.ts';
import { vmDestroy } from '../../../src/domain/plan/kinds/destroy.ts';
import { makeFreePlan, makePlan } from '../../../src/domain/plan/make-plan.ts';
import type { PlanSubjects } from '../../../src/domain/plan/plan.ts';
import type { PlanKind } from '../../../src/domain/plan/plan-kind.ts';
import { type PlanKinds, planKinds } from '../../../src/domain/plan/plan-kinds.ts';
import { subjects } from './subjects.ts';

/** Nothing of this runs: that each of these lines does not compile is what `npm run types` checks. */
export const doesNotCompile = (): unknown[] => {
  const { boundTo: _bound, ...unbound } = vmDestroy;
  // @ts-expect-error a kind that does not say what its plans are bound to
  const kind: PlanKind<PlanSubjects['vm destroy']> = unbound;
  const { ends: _ends, ...endless } = vmDestroy;
  // @ts-expect-error a kind that does not say which VMs its plans end
  const other: PlanKind<PlanSubjects['vm destroy']> = endless;
  const { freeze: _freeze, ...fewer } = planKinds;
  // @ts-expect-error a table that lacks a kind
  const table: PlanKinds = fewer;
  // @ts-expect-error a record of another kind
  const swapped: PlanKinds = { ...planKinds, 'vm reinstall': planKinds['vm destroy'] };
  const free = makeFreePlan(1, { action: 'vm destroy', terms: {}, subject: subjects['vm destroy'], summary: '' });
  // @ts-expect-error a change of policy that does not say whose word counts from then on
  const unsaid: Facts['policy.set'] = { version: 1, limits: {}, tasks: {}, overlay: {}, overlayTasks: {} };
  // @ts-expect-error an approval that is used up, and does not say which
  const unnamed: Facts['approval.use'] = { plan: '', nonce: '' };
  return [
    unsaid,
    unnamed,
    kind,
    other,
    table,
    swapped,
    // @ts-expect-error a command whose kind has no record
    makePlan(1, { action: 'vm clone', terms: {}, subject: { id: 'x' }, summary: '' }),
    // @ts-expect-error the subject of another kind
    makePlan(1, { action: 'vm destroy', terms: {}, subject: { id: 'x' }, summary: '' }),
    // @ts-expect-error what needs nobody is approved by nobody
    isAboutTheSame(free, free),
    // @ts-expect-error nor does it ask
    makeFreePlan(1, { action: 'vm stop', terms: {}, subject: null, summary: '', verdict: 'approve' }),
  ];
};
