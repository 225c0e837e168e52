import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { freePlan } from '../../contract/free-plan.ts';
import { operatedBrief, operatedOutput, operatedText, toOperatedOutput } from '../../contract/operated-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { resolveReference } from '../../domain/reference.ts';
import { rebootVm } from '../../lifecycle/reboot-vm.ts';

export default change({
  name: 'vm reboot',
  summary: 'Restart a running VM and wait for SSH',
  safety: 'change',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: operatedOutput,
  brief: operatedBrief,
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'VM_NOT_READY',
    'STILL_WAITING',
    'NODE_UNAVAILABLE',
    'NODE_REFUSED',
    'NOT_OURS',
    'WRONG_ACCOUNT',
    'VM_BUSY',
  ],
  examples: [{ line: 'vm reboot ci', why: 'when it hangs' }],
  async plan(context, given) {
    const ledger = await context.ledger();
    const { id, name } = resolveReference(given.vm, ledger.vms({ network: context.network }));
    return freePlan(context, 'vm reboot', argumentsDigest('vm reboot', given), `Restart ${name}.`, { id });
  },
  apply: async (context, plan) => toOperatedOutput(await rebootVm(context, plan.subject.id)),
  text: operatedText,
  next: ({ name }) => [{ command: `aleph-agent vm exec ${name} -- uptime`, why: 'run a command' }],
});
