import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import type { Style } from '../../contract/declare/style.ts';
import { money, ofTask, vmId } from '../../contract/fields/fields.ts';
import { dormantWords } from '../../contract/outputs/vm-output.ts';
import { Failure, type Fix } from '../../domain/failure/failure.ts';
import { shownState } from '../../domain/ledger/ended.ts';
import { otherPayer } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { destroySeveral, type Outcome } from '../../lifecycle/end/destroy-several.ts';
import { planDestroy } from '../../lifecycle/end/plan-destroy.ts';

const receipt = z.object({
  id: vmId,
  name: z.string(),
  state: z.string(),
  changed: z.boolean(),
  forgotten: z.array(z.string()).describe('CCN hosts that answered forgotten or removed'),
  eraseRequested: z.boolean(),
  nodeAnswer: z.enum(['erased', 'absent', 'refused', 'unreachable']).nullable(),
  disk: z.enum(['purged', 'staysUntilOperatorCleans', 'unknown']),
  forwardsRemoved: z.boolean().nullable(),
  noLongerListed: z.boolean().nullable(),
  costUsd: money.describe('The most that can still be billed'),
  payer: z.string().optional().describe('Whom, where that is not the account'),
  problem: z.string().nullable(),
});

type Receipt = z.output<typeof receipt>;

const toReceipt = ({ vm, already, problem }: Outcome): Receipt => ({
  id: shortId(vm.id),
  name: vm.name,
  state: shownState(vm),
  changed: !already,
  forgotten: vm.receipt?.forgottenBy ?? [],
  eraseRequested: vm.receipt?.eraseRequested ?? false,
  nodeAnswer: vm.receipt?.nodeAnswer ?? null,
  disk: vm.receipt?.disk ?? 'unknown',
  forwardsRemoved: vm.receipt?.forwardsRemoved ?? null,
  noLongerListed: vm.receipt?.noLongerListed ?? null,
  costUsd: usd(vm.hold),
  ...otherPayer(vm),
  problem: problem?.code ?? null,
});

/**
 * Some are not gone: one failure for all of them, with every receipt. `again`: what goes on with the teardown, where the names of those
 * left do not.
 */
const incomplete = (outcomes: readonly Outcome[], again: Fix | null): Failure => {
  const left = outcomes.filter(({ problem }) => problem !== null);
  const [only] = left;
  if (outcomes.length === 1 && only?.problem != null) return only.problem;
  const names = left.map(({ vm }) => vm.name);
  const burn = left.reduce((sum, { vm }) => sum.plus(vm.rate), new Exact(0));
  return new Failure(
    'DESTROY_INCOMPLETE',
    `${outcomes.length - left.length} of ${outcomes.length} VMs are gone; ${names.join(', ')} not yet, and they bill on.`,
    {
      sideEffects: 'partial',
      exposureUsdPerHour: usdPerHour(burn),
      checks: left.map(({ vm, problem }) => ({
        code: problem!.code,
        figure: vm.name,
        limit: 'terminated',
        message: problem!.message,
      })),
      fix: again ?? agent('Go on with the teardown.', 'vm destroy', ...names),
      facts: { receipts: outcomes.map(toReceipt) },
    },
  );
};

const ended = ({ state, name, id }: Receipt, style: Style): string => {
  if (state === 'terminated') return style.good(`${name} (${id}) is gone and bills no more.`);
  if (state === 'ended') return style.good(`${name} (${id}) had ended by itself and bills no more.`);
  return state === 'dormant' ? style.good(`${name} (${id}) is cancelled: ${dormantWords}.`) : `${name} (${id}) is ${state}.`;
};

const nodeWords: Readonly<Record<NonNullable<Receipt['nodeAnswer']> | 'none', string>> = {
  erased: 'Its node erased it.',
  absent: 'Its node has no such VM.',
  refused: 'Its node refused to erase it.',
  unreachable: 'Its node did not answer.',
  none: 'Its node was not asked.',
};

const diskWords: Readonly<Record<Receipt['disk'], string>> = {
  purged: 'Its disk is wiped.',
  staysUntilOperatorCleans: 'Its disk stays there until the operator cleans up.',
  unknown: 'Nobody says what became of its disk.',
};

const listedWords = (gone: boolean | null): string =>
  gone === null
    ? 'Nobody says whether the network still lists it.'
    : gone
      ? 'The network no longer lists it.'
      : 'The network still lists it.';

/** What it cost, and what proves that it is gone. */
const toldOf = ({ forgotten, nodeAnswer, disk, noLongerListed, costUsd, payer }: Receipt, style: Style): string => {
  const hosts = `${forgotten.length} ${forgotten.length === 1 ? 'host' : 'hosts'} of the network`;
  const forgot = forgotten.length === 0 ? 'No host of the network has forgotten it.' : `${hosts} forgot it: ${forgotten.join(', ')}.`;
  return [
    style.prose(`It cost at most ${costUsd} USD${payer === undefined ? '' : `, paid by ${payer}`}.`),
    style.prose([forgot, nodeWords[nodeAnswer ?? 'none'], diskWords[disk], listedWords(noLongerListed)].join(' ')),
  ].join('\n');
};

export default change({
  name: 'vm destroy',
  summary: 'Destroy VMs and prove that they no longer bill',
  audience: 'agent',
  safety: 'destroy',
  input: z.object({
    vms: z.array(z.string()).default([]).describe('Names or ids'),
    expired: z.boolean().default(false).describe('VMs past their expiry'),
    task: z.string().optional().meta({ explicit: true }).describe('The task you work for; --of-task chooses VMs'),
    ofTask,
    all: z.boolean().default(false).describe('All VMs of this account'),
    withChildren: z.boolean().optional().describe('Also the VMs of agents that live in them'),
  }),
  positionals: ['vms'],
  output: z.object({ items: z.array(receipt), count: z.int(), changed: z.boolean() }),
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'DESTROY_INCOMPLETE',
    'NOT_OURS',
    'WRONG_ACCOUNT',
    'APPROVAL_NEEDED',
    'PLAN_MOVED',
    'VM_BUSY',
    'CLOCK_UNTRUSTED',
    'JOURNAL_UNREADABLE',
  ],
  examples: [
    { line: 'vm destroy ci', why: 'one VM by name' },
    { line: 'vm destroy ci web --dry-run', why: 'what would be destroyed' },
    { line: 'vm destroy --expired', why: 'what should be gone' },
    { line: 'vm destroy --of-task nightly --task nightly', why: 'all VMs of the task you work for' },
  ],
  plan: (context, given, digest) =>
    planDestroy(
      context,
      {
        references: given.vms,
        expired: given.expired,
        ofTask: given.ofTask ?? null,
        all: given.all,
        withChildren: given.withChildren === true,
      },
      digest,
    ),
  async apply(context, plan, { withChildren = false }) {
    const outcomes = await destroySeveral(context, plan);
    if (outcomes.some(({ problem }) => problem !== null)) {
      // an agent names its children's VMs by those in which they live
      const isNamed = ({ vm }: Outcome): boolean => context.caller.agent === null || vm.agent === context.caller.agent;
      const ids = outcomes.filter(isNamed).map(({ vm }) => shortId(vm.id));
      const again = withChildren ? agent('Go on with the teardown.', 'vm destroy', ...ids, { withChildren }) : null;
      throw incomplete(outcomes, again);
    }
    return { items: outcomes.map(toReceipt), count: outcomes.length, changed: outcomes.some(({ already }) => !already) };
  },
  text: ({ items }, style) =>
    (items.length === 0 ? 'No VM fits; nothing was destroyed.' : '') +
    items
      .map((one) =>
        [
          ended(one, style),
          // of a VM that never ran there is nothing to tell
          ...(one.state === 'dormant' ? [] : [toldOf(one, style)]),
        ].join('\n'),
      )
      .join('\n'),
  next: () => [hint('what still burns', 'status')],
});
