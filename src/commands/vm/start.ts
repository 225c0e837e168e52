import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { freePlan } from '../../contract/free-plan.ts';
import { operatedBrief, operatedOutput, operatedText, toOperatedOutput } from '../../contract/operated-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { resolveReference } from '../../domain/reference.ts';
import { startVm } from '../../lifecycle/start-vm.ts';

export default change({
  name: 'vm start',
  summary: 'Start a stopped VM and wait for SSH',
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
    'CREDITS_SHORT',
    'NODE_UNAVAILABLE',
    'NODE_REFUSED',
    'NOT_OURS',
    'WRONG_ACCOUNT',
    'VM_BUSY',
  ],
  examples: [{ line: 'vm start ci --timeout 5m', why: 'until it answers SSH' }],
  async plan(context, given) {
    const ledger = await context.ledger();
    const { id, name } = resolveReference(given.vm, ledger.vms({ network: context.network }));
    return freePlan(context, 'vm start', argumentsDigest('vm start', given), `Start ${name}.`, { id });
  },
  apply: async (context, plan) => toOperatedOutput(await startVm(context, plan.subject.id)),
  text: operatedText,
  next: ({ name }) => [{ command: `aleph-agent vm exec ${name} -- uptime`, why: 'run a command' }],
});
