import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { vmId } from '../../contract/fields/fields.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { reachableVm } from '../../lifecycle/reach/reachable-vm.ts';

export default session({
  name: 'vm exec',
  summary: 'Run a command in a VM; its exit code is passed through',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    vm: z.string().describe('Name or id'),
    command: z.array(z.string()).min(1).describe('Command and arguments, after --'),
    maxBytes: z.int().min(1).max(1_048_576).default(16_384).describe('Bytes kept of each stream, the last ones'),
    stdin: z.boolean().default(false).meta({ short: 'i' }).describe('Pass stdin to the command'),
  }),
  positionals: ['vm', 'command'],
  output: z.object({
    id: vmId,
    name: z.string(),
    exitCode: z.int(),
    untrustedStdout: z.string(),
    untrustedStderr: z.string(),
    truncated: z.boolean(),
  }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'EXEC_FAILED', 'HOST_KEY_CHANGED'],
  examples: [{ line: 'vm exec ci -- uname -a', why: 'what runs there' }],
  async run(context, input, terminal) {
    const vm = await reachableVm(context, input.vm);
    const result = await context.shell.exec({
      vm: vm.id,
      account: vm.account,
      endpoint: vm.endpoint,
      command: input.command,
      timeoutMs: context.timeoutMs,
      maxBytes: input.maxBytes,
      stream: !terminal.machine,
      input: input.stdin,
      signal: context.signal,
    });
    if (result.truncated) {
      context.warn('OUTPUT_TRUNCATED', 'Only the end of the output is here: write it to a file there and fetch that with vm cp.');
    }
    return {
      data: {
        id: shortId(vm.id),
        name: vm.name,
        exitCode: result.exitCode,
        untrustedStdout: result.stdout,
        untrustedStderr: result.stderr,
        truncated: result.truncated,
      },
      exit: result.exitCode,
    };
  },
  text: () => '',
  next: ({ name }) => [hint('stop paying', 'vm destroy', name)],
});
