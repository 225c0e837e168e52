import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { operatedBrief, operatedOutput, operatedText, toOperatedOutput } from '../../contract/operated-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { planReinstall } from '../../lifecycle/plan-reinstall.ts';
import { reinstallVm } from '../../lifecycle/reboot-vm.ts';

export default change({
  name: 'vm reinstall',
  summary: 'Rebuild the disk of a VM from its image; a person approves',
  safety: 'destroy',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: operatedOutput,
  brief: operatedBrief,
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'APPROVAL_NEEDED',
    'VM_NOT_READY',
    'STILL_WAITING',
    'NODE_UNAVAILABLE',
    'NODE_REFUSED',
    'NOT_OURS',
    'WRONG_ACCOUNT',
    'VM_BUSY',
  ],
  examples: [{ line: 'vm reinstall ci --dry-run', why: 'what would be lost' }],
  plan: (context, given) => planReinstall(context, given.vm, argumentsDigest('vm reinstall', given)),
  apply: async (context, plan) => toOperatedOutput(await reinstallVm(context, plan.subject.id, plan)),
  text: operatedText,
  next: ({ name }) => [{ command: `aleph-agent vm exec ${name} -- uptime`, why: 'run a command' }],
});
