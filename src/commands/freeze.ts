import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant, ofTask } from '../contract/fields/fields.ts';
import { Failure } from '../domain/failure/failure.ts';
import { Exact } from '../domain/money/exact.ts';
import { usdPerHour } from '../domain/money/money.ts';
import { agent } from '../domain/suggest/fix.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { shortId } from '../domain/text/short-id.ts';
import { destroySeveral } from '../lifecycle/end/destroy-several.ts';
import { freeze } from '../lifecycle/governance/freeze.ts';
import { planFreeze } from '../lifecycle/governance/plan-freeze.ts';

export default change({
  name: 'freeze',
  summary: 'Stop creation and extension',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    destroyAll: z.boolean().default(false).describe('Destroy all VMs of the account too (its name is typed)'),
    ofTask: ofTask.describe('With --destroy-all: only VMs of this task'),
  }),
  output: z.object({
    frozenSince: instant,
    destroyed: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
  }),
  failures: ['APPROVAL_NEEDED', 'DESTROY_INCOMPLETE', 'PLAN_MOVED'],
  examples: [{ line: 'freeze', why: 'when something goes wrong: ask questions later' }],
  first: (context) => freeze(context),
  plan: (context, given, digest) => planFreeze(context, { destroyAll: given.destroyAll, ofTask: given.ofTask ?? null }, digest),
  async apply(context, plan) {
    const at = (await context.ledger()).freezes(context.network).findLast(({ frozen }) => frozen)?.at ?? context.clock.now();
    if (plan.subject.ids.length === 0) return { frozenSince: formatInstant(at), destroyed: [] };
    const outcomes = await destroySeveral(context, plan);
    const left = outcomes.filter(({ problem }) => problem !== null);
    if (left.length > 0) {
      throw new Failure(
        'DESTROY_INCOMPLETE',
        `Frozen. ${outcomes.length - left.length} of ${outcomes.length} VMs are gone; ${left.map(({ vm }) => vm.name).join(', ')} not yet.`,
        {
          sideEffects: 'partial',
          exposureUsdPerHour: usdPerHour(left.reduce((sum, { vm }) => sum.plus(vm.rate), new Exact(0))),
          checks: left.map(({ vm, problem }) => ({ code: problem!.code, figure: vm.name, limit: 'terminated', message: problem!.message })),
          fix: agent('Go on with the teardown.', 'gc', { execute: true }),
          facts: { left: left.map(({ vm }) => shortId(vm.id)) },
        },
      );
    }
    return {
      frozenSince: formatInstant(at),
      destroyed: outcomes.map(({ vm }) => ({ id: shortId(vm.id), name: vm.name, state: vm.state })),
    };
  },
  text: ({ frozenSince, destroyed }) =>
    [`Frozen since ${frozenSince}: nothing is created or extended.`, ...destroyed.map(({ name, state }) => `${name} is ${state}`)].join(
      '\n',
    ),
  next: () => [hint('go on; whoever approves decides', 'thaw')],
});
