import * as z from 'zod';
import { change } from '../../../contract/declare/command.ts';
import { freePlan } from '../../../contract/declare/free-plan.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { vmId } from '../../../contract/fields/fields.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { confirmCarrier } from '../../../lifecycle/timers/carrier.ts';

export default change({
  name: 'gc carrier confirm',
  summary: 'Confirm that another machine runs the script; counts for an hour',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    vm: z.string().describe('Name or id'),
    said: z.string().describe('FILE, - is stdin'),
  }),
  positionals: ['vm', 'said'],
  output: z.object({ id: vmId, name: z.string() }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'CARRIER_UNKNOWN'],
  examples: [{ line: 'gc carrier confirm ci said.txt', why: 'after: ssh box sh ci-carrier.sh check >said.txt' }],
  plan: async (context, given, digest) =>
    freePlan(context, 'gc carrier confirm', digest, `Count the machine that carries the script of ${given.vm}.`, null),
  async apply(context, _plan, input) {
    const bytes = await context.host.files.read(input.said);
    if (bytes === null) throw new Failure('USAGE', `"${input.said}" is not there.`);
    const vm = await confirmCarrier(context, input.vm, new TextDecoder().decode(bytes));
    return { id: shortId(vm.id), name: vm.name };
  },
  text: ({ name }) => `Another machine ends ${name}; it counts for an hour.`,
  next: () => [hint('what ends VMs while nobody runs', 'gc status')],
});
