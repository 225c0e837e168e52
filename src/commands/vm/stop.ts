import * as z from 'zod';
import { change } from '../../contract/command.ts';
import { freePlan } from '../../contract/free-plan.ts';
import { operatedBrief, operatedOutput, operatedText, toOperatedOutput } from '../../contract/operated-output.ts';
import { argumentsDigest } from '../../domain/arguments-digest.ts';
import { formatInstant } from '../../domain/instant.ts';
import { resolveReference } from '../../domain/reference.ts';
import { stopVm } from '../../lifecycle/stop-vm.ts';

export default change({
  name: 'vm stop',
  summary: 'Stop a VM; it bills on until it is destroyed',
  safety: 'change',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: operatedOutput,
  brief: operatedBrief,
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'NODE_UNAVAILABLE', 'NODE_REFUSED', 'NOT_OURS', 'WRONG_ACCOUNT', 'VM_BUSY'],
  examples: [{ line: 'vm stop ci', why: 'keep the disk; the price stays' }],
  async plan(context, given) {
    const ledger = await context.ledger();
    const { id, name } = resolveReference(given.vm, ledger.vms({ network: context.network }));
    return freePlan(context, 'vm stop', argumentsDigest('vm stop', given), `Stop ${name}; it bills on.`, { id });
  },
  async apply(context, plan) {
    const done = await stopVm(context, plan.subject.id);
    const until = formatInstant(done.vm.expiresAt);
    context.warn('BILLS_ON', `${done.vm.name} costs as much stopped as running, until ${until}; only vm destroy ends that.`);
    return toOperatedOutput(done);
  },
  text: operatedText,
  next: ({ name }) => [
    { command: `aleph-agent vm start ${name}`, why: 'run it again' },
    { command: `aleph-agent vm destroy ${name}`, why: 'stop paying' },
  ],
});
