import { Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { Outcome } from './destroy-several.ts';

/** Throws `DESTROY_INCOMPLETE` where VMs are left, with what they cost; `done` says in a sentence what was done before. */
export const requireAllGone = (outcomes: readonly Outcome[], done: string): void => {
  const left = outcomes.filter(({ problem }) => problem !== null);
  if (left.length === 0) return;
  throw new Failure(
    'DESTROY_INCOMPLETE',
    `${done} ${outcomes.length - left.length} of ${outcomes.length} VMs are gone; ${left.map(({ vm }) => vm.name).join(', ')} not yet.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: usdPerHour(left.reduce((sum, { vm }) => sum.plus(vm.rate), new Exact(0))),
      checks: left.map(({ vm, problem }) => ({ code: problem!.code, figure: vm.name, limit: 'terminated', message: problem!.message })),
      fix: agent('Go on with the teardown.', 'gc', { execute: true }),
      facts: { left: left.map(({ vm }) => shortId(vm.id)) },
    },
  );
};
