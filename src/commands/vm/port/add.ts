import { change } from '../../../contract/declare/command.ts';
import { freePlan } from '../../../contract/declare/free-plan.ts';
import { portChange } from '../../../contract/outputs/port-change.ts';
import { mergeForwards, parseForward } from '../../../domain/reach/forwards.ts';
import { vmCalled } from '../../../lifecycle/caller/vm-called.ts';
import { changeForwards } from '../../../lifecycle/operate/change-forwards.ts';

export default change({
  name: 'vm port add',
  summary: 'Forward ports to a VM, so that others reach it',
  audience: 'agent',
  safety: 'change',
  input: portChange.input,
  positionals: ['vm', 'ports'],
  output: portChange.output,
  failures: portChange.failures,
  examples: [{ line: 'vm port add ci 8080', why: 'a web server there' }],
  async plan(context, given, digest) {
    const vm = vmCalled(await context.ledger(), context, given.vm);
    const words = given.ports.map(parseForward).map(({ port, udp }) => `${port}/${udp ? 'udp' : 'tcp'}`);
    return freePlan(context, 'vm port add', digest, `Forward: ${words.join(', ')} of ${vm.name}.`, {
      id: vm.id,
    });
  },
  apply: async (context, plan, given) =>
    portChange.result(await changeForwards(context, plan.subject.id, (before) => mergeForwards(before, given.ports.map(parseForward)))),
  text: portChange.text,
  next: portChange.next,
});
