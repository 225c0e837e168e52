import * as z from 'zod';
import { query } from '../../contract/command.ts';
import { vmNext } from '../../contract/vm-next.ts';
import { toVmOutput, vmBrief, vmOutput } from '../../contract/vm-output.ts';
import { resolveReference } from '../../domain/reference.ts';
import { webNameOf } from '../../domain/web-name.ts';
import { enforcementOf } from '../../lifecycle/enforced-by.ts';
import { vmView } from '../../lifecycle/vm-view.ts';
import { warnExpired } from '../../lifecycle/warn-expired.ts';

const receipt = z
  .object({
    forgottenBy: z.array(z.string()),
    eraseRequested: z.boolean(),
    nodeAnswer: z.string().nullable(),
    disk: z.string(),
    forwardsRemoved: z.boolean().nullable(),
    noLongerListed: z.boolean().nullable(),
  })
  .nullable();

const trusted = { console: "as the node's console log shows it", firstUse: 'the one at first contact', none: 'not seen yet' } as const;

export default query({
  name: 'vm show',
  summary: 'Show one VM: ledger, network and node',
  input: z.object({ vm: z.string().describe('Name or id') }),
  positionals: ['vm'],
  output: vmOutput.extend({
    onNetwork: z.array(z.object({ host: z.string(), status: z.string().nullable() })).describe("Each CCN host's word; null: no answer"),
    onNode: z.enum(['absent', 'preparing', 'running', 'stopped', 'unreachable']),
    scheduler: z.string().nullable(),
    hostKeyTrust: z.enum(['console', 'firstUse']).nullable().describe('What the pinned SSH host key is worth'),
    web: z.string().describe('Reaches ports 80 and 443 of its IPv6 address'),
    receipt,
  }),
  brief: [...vmBrief, 'onNetwork', 'onNode', 'scheduler', 'hostKeyTrust', 'web'],
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'vm show ci', why: 'where it is and what it costs' }],
  async run(context, input) {
    const ledger = await context.ledger();
    const vm = resolveReference(input.vm, ledger.vms({ network: context.network }));
    warnExpired(context, [vm]);
    const [view, hostKeyTrust] = await Promise.all([vmView(context, vm), context.shell.hostKeyTrust(vm.id)]);
    return {
      ...toVmOutput(vm, enforcementOf(ledger, vm, context.clock.now())),
      ...view,
      hostKeyTrust,
      web: webNameOf(vm.id),
      receipt: vm.receipt,
    };
  },
  text: (vm, style) =>
    style.facts([
      ['name', vm.name],
      ['id', vm.id],
      ['state', vm.state],
      ['ssh', vm.ssh === null ? 'none' : `aleph-agent vm ssh ${vm.name} (host key: ${trusted[vm.hostKeyTrust ?? 'none']})`],
      ['ready after', vm.readySeconds === null ? 'not yet' : `${vm.readySeconds} s`],
      ['web', `http://${vm.web} (about 5 min after it is up; the VM brings its own certificate)`],
      ['node', `${vm.node} (${vm.onNode})`],
      ['network', vm.onNetwork.map(({ host, status }) => `${host}: ${status ?? 'no answer'}`).join(', ')],
      ['price', `${vm.usdPerHour} USD/h, ${vm.costUntilExpiryUsd} USD until ${vm.expiresAt}`],
      ['ended by', vm.ttlEnforcedBy.length === 0 ? 'nobody while nothing of ours runs' : vm.ttlEnforcedBy.join(', ')],
      ['held, billed', `${vm.heldUsd} USD, ${vm.billedUsd} USD`],
    ]),
  next: vmNext,
});
