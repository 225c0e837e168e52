import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { reachFacts, reachFields, toReach } from '../../contract/fields/reach-fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { resume } from '../../lifecycle/create/resume.ts';
import { vmCalled } from '../../lifecycle/operation/vm-called.ts';
import { trustOf } from '../../lifecycle/reach/confirm-host-key.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { warnExpired } from '../../lifecycle/timers/warn-expired.ts';

export default session({
  name: 'vm wait',
  summary: 'Go on with what is under way until it is done',
  audience: 'agent',
  safety: 'change',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: vmOutput.extend(reachFields),
  brief: [...vmBrief, 'hostKeyTrust'],
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'STILL_WAITING',
    'ENVIRONMENT_UNTRUSTED',
    'CREATE_FAILED',
    'HEAD_UNPUBLISHED',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'CREDITS_SHORT',
    'NETWORK_REJECTED',
    'PRICE_MOVED',
    'ROLLBACK_INCOMPLETE',
    'DESTROY_INCOMPLETE',
    'SSH_BLOCKED_FROM_HERE',
    'HOST_KEY_CHANGED',
    'GRANT_MISSING',
    'WRONG_ACCOUNT',
    'VM_BUSY',
  ],
  examples: [{ line: 'vm wait ci --timeout 5m', why: 'until it answers SSH' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const vm = vmCalled(ledger, context, input.vm);
    const reached = await resume(context, vm);
    warnExpired(context, [reached]);
    const enforced = enforcementOf(ledger, reached, context.clock.now());
    return { data: { ...toVmOutput(reached, enforced), ...toReach(reached.id, await trustOf(context, reached)) } };
  },
  text: (vm, style) => {
    const words = `${vm.name} is ${vm.state}${vm.readySeconds === null ? '' : `, ready after ${vm.readySeconds} s`}.`;
    return vm.ssh === null ? words : `${words}\n${style.facts(reachFacts(vm))}`;
  },
  next: vmNext,
});
