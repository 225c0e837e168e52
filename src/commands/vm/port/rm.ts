import { change } from '../../../contract/declare/command.ts';
import { freePlan } from '../../../contract/declare/free-plan.ts';
import { portChange } from '../../../contract/outputs/port-change.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { parseForward, withoutForwards } from '../../../domain/reach/forwards.ts';
import { vmCalled } from '../../../lifecycle/caller/vm-called.ts';
import { changeForwards } from '../../../lifecycle/operate/change-forwards.ts';

export default change({
  name: 'vm port rm',
  summary: 'Stop forwarding ports to a VM',
  audience: 'agent',
  safety: 'change',
  input: portChange.input,
  positionals: ['vm', 'ports'],
  output: portChange.output,
  failures: portChange.failures,
  examples: [{ line: 'vm port rm ci 8080', why: 'closes it again' }],
  async plan(context, given, digest) {
    const vm = vmCalled(await context.ledger(), context, given.vm);
    const words = given.ports.map(parseForward).map(({ port, udp }) => `${port}/${udp ? 'udp' : 'tcp'}`);
    if (words.includes('22/tcp')) throw new Failure('USAGE', 'Port 22/tcp is always forwarded: nodes do that for every VM.');
    return freePlan(context, 'vm port rm', digest, `Forward no more: ${words.join(', ')} of ${vm.name}.`, {
      id: vm.id,
    });
  },
  apply: async (context, plan, given) =>
    portChange.result(await changeForwards(context, plan.subject.id, (before) => withoutForwards(before, given.ports.map(parseForward)))),
  text: portChange.text,
  next: portChange.next,
});
