import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { effectOutput, effectTable, toEffectOutput } from '../../contract/outputs/effect-output.ts';
import { toVmOutput, vmOutput } from '../../contract/outputs/vm-output.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import { endsSeen, withEnds } from '../../lifecycle/ended/see-ended.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { operationView } from '../../lifecycle/view/operation-view.ts';

export default query({
  name: 'ledger show',
  summary: 'Show one operation or VM in the ledger, effect by effect',
  audience: 'agent',
  input: z.object({ id: z.string().describe('Operation (op_...), VM name or id') }),
  positionals: ['id'],
  output: z.object({
    operation: z.string(),
    kind: z.string(),
    state: z.enum(['running', 'succeeded', 'failed']),
    failure: z.string().nullable(),
    requestId: z.string().nullable(),
    approval: z.string().nullable(),
    task: z.string().nullable(),
    startedAt: instant,
    endedAt: instant.nullable(),
    vms: z.array(vmOutput).describe('heldUsd is the estimate, billedUsd what the network took'),
    effects: z.array(effectOutput).describe('Oldest first'),
    messages: z
      .array(z.object({ kind: z.string(), itemHash: z.string(), signedAt: instant }))
      .describe('Signed messages; never their bytes'),
  }),
  brief: [
    'operation',
    'kind',
    'state',
    'failure',
    'startedAt',
    'endedAt',
    'vms.*.id',
    'vms.*.name',
    'vms.*.state',
    'vms.*.heldUsd',
    'vms.*.billedUsd',
    'effects.*.at',
    'effects.*.what',
    'effects.*.outcome',
    'effects.*.usd',
    'effects.*.latencyMs',
  ],
  failures: ['OPERATION_NOT_FOUND', 'VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'ledger show ci', why: 'the operation that made it' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const id = input.id.startsWith('op_') ? input.id : vmCalled(ledger, context, input.id).operation;
    const { operation, vms: rows, effects, messages } = operationView(ledger, id);
    const vms = withEnds(rows, endsSeen(context, rows), context.clock.now());
    const byId = new Map(vms.map((vm) => [vm.id, vm]));
    return {
      operation: operation.id,
      kind: operation.kind,
      state: operation.state,
      failure: operation.failure,
      requestId: operation.requestId,
      approval: operation.approval,
      task: operation.task,
      startedAt: formatInstant(operation.startedAt),
      endedAt: operation.endedAt === null ? null : formatInstant(operation.endedAt),
      vms: vms.map((vm) => toVmOutput(vm, enforcementOf(ledger, vm, context.clock.now()))),
      effects: effects.map((row) => toEffectOutput(row, byId.get(row.vm ?? '') ?? null)),
      messages: messages.map(({ kind, id: itemHash, signedAt }) => ({ kind, itemHash, signedAt: formatInstant(signedAt) })),
    };
  },
  text: (operation, style) =>
    [
      style.facts([
        [
          'operation',
          `${operation.operation}: ${operation.kind}, ${operation.state}${operation.failure === null ? '' : ` (${operation.failure})`}`,
        ],
        ['started', style.when(operation.startedAt)],
        ['ended', operation.endedAt === null ? 'not yet' : style.when(operation.endedAt)],
      ]),
      style.table(
        ['VM', 'ID', 'STATE', 'HELD', 'BILLED', 'SETTLED'],
        operation.vms.map((vm) => [vm.name, vm.id, vm.state, vm.heldUsd, vm.billedUsd, vm.settled ? 'yes' : 'not yet']),
      ),
      effectTable(operation.effects, style),
    ]
      .filter((part) => part !== '')
      .join('\n'),
  next: () => [hint('what each VM was billed', 'credits history', { by: 'vm' })],
});
