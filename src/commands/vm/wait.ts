import * as z from 'zod';
import { session } from '../../contract/declare/command.ts';
import { reachFacts, reachFields, toReach } from '../../contract/fields/reach-fields.ts';
import { setupInput, setupOutput, setupText, toSetup } from '../../contract/fields/setup-fields.ts';
import { vmNext } from '../../contract/outputs/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/outputs/vm-output.ts';
import { vmCalled } from '../../lifecycle/caller/vm-called.ts';
import { resume } from '../../lifecycle/create/resume.ts';
import { deadlineOf } from '../../lifecycle/operation/deadline-of.ts';
import { trustOf } from '../../lifecycle/reach/confirm-host-key.ts';
import { readSetup } from '../../lifecycle/setup/read-setup.ts';
import { setUp, withSetup } from '../../lifecycle/setup/set-up.ts';
import { warnOfSetup } from '../../lifecycle/setup/setup-standing.ts';
import { enforcementOf } from '../../lifecycle/timers/enforced-by.ts';
import { warnExpired } from '../../lifecycle/timers/warn-expired.ts';

export default session({
  name: 'vm wait',
  summary: 'Resume an interrupted operation and wait until it finishes',
  audience: 'agent',
  safety: 'change',
  input: z.object({ vm: z.string().describe('Name or id'), setup: setupInput }),
  positionals: ['vm'],
  output: vmOutput.extend({ ...reachFields, setup: setupOutput }),
  brief: [...vmBrief, 'hostKeyTrust', 'setup'],
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'STILL_WAITING',
    'SETUP_FAILED',
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
    const deadline = deadlineOf(context);
    const setup = await readSetup(context, input.setup);
    const reached = await resume(context, vm).catch((thrown: unknown) => {
      throw setup === null ? thrown : withSetup(thrown, setup);
    });
    const done = setup === null ? {} : { setup: toSetup(await setUp(context, reached, setup, deadline)) };
    if (setup === null) warnOfSetup(context, ledger, reached);
    warnExpired(context, [reached]);
    const enforced = enforcementOf(ledger, reached, context.clock.now());
    return { data: { ...toVmOutput(reached, enforced), ...toReach(reached.id, await trustOf(context, reached)), ...done } };
  },
  text: (vm, style) => {
    const words = `${vm.name} is ${vm.state}${vm.readySeconds === null ? '' : `, ready after ${vm.readySeconds} s`}.`;
    return [words, ...(vm.ssh === null ? [] : [style.facts(reachFacts(vm))]), ...setupText(vm.setup, style)].join('\n');
  },
  next: vmNext,
});
