import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { instant } from '../../contract/fields.ts';
import { toVmOutput, vmOutput } from '../../contract/vm-output.ts';
import { Failure } from '../../domain/failure.ts';
import { formatInstant } from '../../domain/instant.ts';
import { resolveReference } from '../../domain/reference.ts';

export default query({
  name: 'ledger show',
  summary: 'Show one operation or VM as the ledger has it',
  input: z.object({ id: z.string().describe('Operation (op_…), VM name or id') }),
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
    vms: z.array(vmOutput),
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
  ],
  failures: ['OPERATION_NOT_FOUND', 'VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'ledger show ci', why: 'the operation that made it' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const id = input.id.startsWith('op_') ? input.id : resolveReference(input.id, ledger.vms({ network: context.network })).operation;
    const operation = ledger.operation(id);
    if (operation === null) throw new Failure('OPERATION_NOT_FOUND', `There is no operation ${id} in the ledger.`);
    const vms = ledger.vms({ operation: id });
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
      vms: vms.map(toVmOutput),
      messages: vms
        .flatMap((vm) => ledger.signedFor(vm.id))
        .map((message) => ({ kind: message.kind, itemHash: message.id, signedAt: formatInstant(message.signedAt) })),
    };
  },
  text: (operation, style) =>
    [
      style.facts([
        [
          'operation',
          `${operation.operation}: ${operation.kind}, ${operation.state}${operation.failure === null ? '' : ` (${operation.failure})`}`,
        ],
        ['started', operation.startedAt],
        ['ended', operation.endedAt ?? 'not yet'],
      ]),
      style.table(
        ['VM', 'ID', 'STATE', 'HELD', 'BILLED'],
        operation.vms.map((vm) => [vm.name, vm.id, vm.state, vm.heldUsd, vm.billedUsd]),
      ),
    ].join('\n'),
  next: ({ operation }) => [{ command: `aleph-agent ledger ls --operation ${operation}`, why: 'its effects one by one' }],
});
