import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { vmId } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { reachableVm } from '../../lifecycle/reach/reachable-vm.ts';

export default session({
  name: 'vm ssh',
  summary: 'Log in to a VM from a terminal',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    vm: z.string().describe('Name or id'),
    arguments: z.array(z.string()).default([]).describe("ssh's own, after --: -L 8080:localhost:80"),
  }),
  positionals: ['vm', 'arguments'],
  output: z.object({ id: vmId, name: z.string(), exitCode: z.int() }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'EXEC_FAILED', 'HOST_KEY_CHANGED'],
  examples: [{ line: 'vm ssh ci', why: 'a shell there' }],
  async run(context, input, terminal) {
    if (!terminal.interactive) {
      throw new Failure('USAGE', 'vm ssh hands a terminal over, and there is none here or JSON is asked for.', {
        fix: agent('Run single commands with vm exec.', 'vm exec', { help: true }),
      });
    }
    const vm = await reachableVm(context, input.vm);
    const { host, port, user } = vm.endpoint;
    terminal.note(
      `Connecting to ${vm.name} as ${user} at ${host}, port ${port}. "exit" leaves it; Enter and then "~." ends it where it hangs.`,
    );
    const exitCode = await context.shell.interact({
      vm: vm.id,
      account: vm.account,
      endpoint: vm.endpoint,
      further: input.arguments,
      signal: context.signal,
    });
    return { data: { id: shortId(vm.id), name: vm.name, exitCode }, exit: exitCode };
  },
  text: () => '',
  next: ({ name }) => [hint('stop paying', 'vm destroy', name)],
});
