import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { money, vmId } from '../../contract/fields.ts';
import { shortId } from '../../contract/vm-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { usd } from '../../domain/money.ts';
import { type Destroyed, destroy } from '../../lifecycle/destroy.ts';
import { planDestroy } from '../../lifecycle/plan-destroy.ts';

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
});

const toReceipt = ({ vm, already }: Destroyed): z.output<typeof receipt> => ({
  id: shortId(vm.id),
  name: vm.name,
  state: vm.state,
  changed: !already,
  forgotten: vm.receipt?.forgottenBy ?? [],
  eraseRequested: vm.receipt?.eraseRequested ?? false,
  nodeAnswer: vm.receipt?.nodeAnswer ?? null,
  disk: vm.receipt?.disk ?? 'unknown',
  forwardsRemoved: vm.receipt?.forwardsRemoved ?? null,
  noLongerListed: vm.receipt?.noLongerListed ?? null,
  costUsd: usd(vm.hold),
});

export default change({
  name: 'vm destroy',
  summary: 'Destroy VMs and prove that they bill no more',
  safety: 'destroy',
  input: z.object({ vms: z.array(z.string()).min(1).describe('Names or ids') }),
  positionals: ['vms'],
  output: z.object({ items: z.array(receipt), count: z.int(), changed: z.boolean() }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'DESTROY_INCOMPLETE', 'NOT_OURS', 'WRONG_ACCOUNT', 'APPROVAL_NEEDED'],
  examples: [
    { line: 'vm destroy ci', why: 'one VM by name' },
    { line: 'vm destroy ci web --dry-run', why: 'what would be destroyed' },
  ],
  plan: (context, given) => planDestroy(context, given.vms, argumentsDigest('vm destroy', given)),
  async apply(context, plan) {
    const done: Destroyed[] = [];
    for (const id of plan.subject.ids) done.push(await destroy(context, id, 'destroy'));
    return { items: done.map(toReceipt), count: done.length, changed: done.some(({ already }) => !already) };
  },
  text: ({ items }, style) =>
    items
      .map((one) =>
        [
          one.state === 'terminated'
            ? style.good(`${one.name} (${one.id}) is gone and bills no more.`)
            : `${one.name} (${one.id}) is ${one.state}.`,
          style.facts([
            ['forgotten by', one.forgotten.join(', ') || 'nobody'],
            ['node', one.nodeAnswer ?? 'not asked'],
            ['disk', one.disk],
            ['no longer listed', one.noLongerListed === null ? 'unknown' : String(one.noLongerListed)],
            ['cost at most', `${one.costUsd} USD`],
          ]),
        ].join('\n'),
      )
      .join('\n'),
  next: () => [{ command: 'aleph-agent status', why: 'what still burns' }],
});
