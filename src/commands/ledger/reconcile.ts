import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { freePlan } from '../../contract/declare/free-plan.ts';
import { hint } from '../../contract/declare/hint.ts';
import { shownState } from '../../domain/ledger/ended.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { voidApprovals } from '../../lifecycle/approvals/void-approvals.ts';
import { reconcile } from '../../lifecycle/gc/reconcile.ts';

export default change({
  name: 'ledger reconcile',
  summary: 'Reconcile ledger and network: finish or roll back interrupted operations; voids approvals',
  audience: 'owner',
  safety: 'change',
  input: z.object({}),
  output: z.object({
    changed: z.boolean(),
    adopted: z.array(z.object({ id: z.string(), name: z.string() })).describe('Live VMs of this account that the ledger did not know'),
    moved: z.array(z.object({ id: z.string(), name: z.string(), from: z.string(), to: z.string() })),
    busy: z.array(z.string()).describe('Another process is at work on these'),
    newExpenses: z.int(),
    voidedApprovals: z.int().describe('What was approved before counts no more'),
  }),
  failures: ['NOT_OURS'],
  examples: [{ line: 'ledger reconcile', why: 'after a crash, or on a new machine' }],
  plan: async (context, _input, digest) =>
    freePlan(context, 'ledger reconcile', digest, 'Reconcile the ledger with the network.', {
      account: context.keys.current(context.network).address,
    }),
  async apply(context, plan) {
    const { account } = plan.subject;
    const done = await reconcile(context, account);
    // Whoever reconciles by hand doubts the ledger: then what it says was not used yet is in doubt, too.
    const voided = done.voided + (await voidApprovals(context, account));
    return {
      changed: done.adopted.length + done.moved.length + done.newExpenses + voided > 0,
      adopted: done.adopted.map(({ id, name }) => ({ id: shortId(id), name })),
      moved: done.moved.map(({ vm, from }) => ({ id: shortId(vm.id), name: vm.name, from, to: shownState(vm) })),
      busy: done.busy.map(shortId),
      newExpenses: done.newExpenses,
      voidedApprovals: voided,
    };
  },
  text: ({ adopted, moved, busy, newExpenses, voidedApprovals }) =>
    [
      ...adopted.map(({ name, id }) => `adopted ${name} (${id})`),
      ...moved.map(({ name, id, from, to }) => `${name} (${id}): ${from} → ${to}`),
      ...busy.map((id) => `${id}: another process is at work on it`),
      ...(voidedApprovals === 0 ? [] : [`${voidedApprovals} approvals are void: what needs one is asked for anew.`]),
      `${newExpenses} new expense rows; ledger and network agree.`,
    ].join('\n'),
  next: () => [hint('what there is now', 'vm ls')],
});
