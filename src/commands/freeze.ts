import * as z from 'zod';
import { change } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant, money, ofTask } from '../contract/fields/fields.ts';
import { Failure } from '../domain/failure/failure.ts';
import { usd } from '../domain/money/money.ts';
import { agent } from '../domain/suggest/fix.ts';
import { formatInstant } from '../domain/text/instant.ts';
import { shortId } from '../domain/text/short-id.ts';
import { destroySeveral } from '../lifecycle/end/destroy-several.ts';
import { requireAllGone } from '../lifecycle/end/require-all-gone.ts';
import { freeze } from '../lifecycle/governance/freeze.ts';
import { planFreeze } from '../lifecycle/governance/plan-freeze.ts';
import { planRecover } from '../lifecycle/recover/plan-recover.ts';
import { recover } from '../lifecycle/recover/recover.ts';
import { address } from './authz/grant-fields.ts';

const unfit = (asOwner: string): Failure =>
  new Failure('USAGE', '--as-owner ends all VMs of an account that let you: it goes with --destroy-all, and not with --of-task.', {
    sideEffects: 'none',
    fix: agent('Make it the whole call.', 'freeze', { destroyAll: true, asOwner }),
  });

export default change({
  name: 'freeze',
  summary: 'Stop creation and extension',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    destroyAll: z.boolean().default(false).describe('Also destroy all VMs of the account (you type its name)'),
    ofTask: ofTask.describe('With --destroy-all: only VMs of this task'),
    asOwner: address
      .optional()
      .meta({ unit: 'ADDRESS', explicit: true })
      .describe('With --destroy-all: freeze nothing; take back all credits of this account and destroy its VMs'),
  }),
  output: z.object({
    frozenSince: instant.nullable().describe('null: nothing was frozen (--as-owner)'),
    destroyed: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
    takenBack: z.object({ from: z.string(), usd: money }).optional().describe('With --as-owner'),
  }),
  failures: [
    'APPROVAL_NEEDED',
    'GRANT_MISSING',
    'GRANTS_UNREADABLE',
    'BALANCE_UNREADABLE',
    'CLOCK_UNTRUSTED',
    'DESTROY_INCOMPLETE',
    'TRANSFER_UNCONFIRMED',
    'NETWORK_REJECTED',
    'PLAN_MOVED',
    'KEY_LOCKED',
  ],
  examples: [{ line: 'freeze', why: 'when something goes wrong: ask questions later' }],
  async first(context, { asOwner }) {
    if (asOwner !== undefined) return false;
    await freeze(context);
    return true;
  },
  async plan(context, { destroyAll, ofTask: task, asOwner }, digest) {
    if (asOwner === undefined) return planFreeze(context, { destroyAll, ofTask: task ?? null }, digest);
    if (!destroyAll || task !== undefined) throw unfit(asOwner);
    return planRecover(context, asOwner, digest);
  },
  async apply(context, plan) {
    if (plan.action === 'freeze as owner') {
      const { credits, destroyed } = await recover(context, plan);
      return {
        frozenSince: null,
        destroyed: destroyed.map((id) => ({ id: shortId(id), name: shortId(id), state: 'terminated' })),
        takenBack: { from: plan.subject.from, usd: usd(credits) },
      };
    }
    const at = (await context.ledger()).freezes(context.network).findLast(({ frozen }) => frozen)?.at ?? context.clock.now();
    if (plan.subject.ids.length === 0) return { frozenSince: formatInstant(at), destroyed: [] };
    const outcomes = await destroySeveral(context, plan);
    requireAllGone(outcomes, 'Frozen.');
    return {
      frozenSince: formatInstant(at),
      destroyed: outcomes.map(({ vm }) => ({ id: shortId(vm.id), name: vm.name, state: vm.state })),
    };
  },
  text: ({ frozenSince, destroyed, takenBack }) =>
    [
      takenBack === undefined
        ? `Frozen since ${frozenSince}: nothing is created or extended.`
        : destroyed.length === 0 && takenBack.usd === '0.0000'
          ? `${takenBack.from} has no credits left, and no VM that the grant reaches.`
          : `${takenBack.usd} USD of ${takenBack.from} are back in your account, and ${destroyed.length} of its VMs destroyed. Two CCN hosts show it.`,
      ...destroyed.map(({ name, state }) => `${name} is ${state}`),
      ...(takenBack === undefined ? [] : ['Nothing is frozen: its key goes on working, and can withdraw the grant at any time.']),
    ].join('\n'),
  next: ({ takenBack }) =>
    takenBack === undefined ? [hint('end the freeze; needs approval', 'thaw')] : [hint('what you hold now', 'credits balance')],
});
