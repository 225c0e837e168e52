import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { vmId } from '../../contract/fields/fields.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { planProtect, protectVm } from '../../lifecycle/operate/protect-vm.ts';

export default change({
  name: 'vm protect',
  summary: 'Require approval before a VM may be destroyed early',
  audience: 'agent',
  safety: 'change',
  input: z.object({
    vm: z.string().describe('Name or id'),
    off: z.boolean().default(false).describe('Remove the protection (needs approval)'),
  }),
  positionals: ['vm'],
  output: z.object({ id: vmId, name: z.string(), state: z.string(), protected: z.boolean(), changed: z.boolean() }),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID', 'VM_NOT_READY', 'APPROVAL_NEEDED', 'PLAN_MOVED'],
  examples: [{ line: 'vm protect ci', why: 'destroying it then asks' }],
  plan: (context, given, digest) => planProtect(context, { reference: given.vm, protect: !given.off }, digest),
  async apply(context, plan) {
    const { vm, changed } = await protectVm(context, plan);
    return {
      id: shortId(vm.id),
      name: vm.name,
      state: vm.state,
      protected: vm.protected,
      changed,
    };
  },
  text: (vm) => `${vm.name} (${vm.id}) is ${vm.protected ? `protected: destroying it asks a person. Its expiry stays.` : 'not protected.'}`,
  next: ({ name }) => [hint('the VM in full', 'vm show', name)],
});
