import * as z from 'zod';
import { hint } from '../../../contract/declare/hint.ts';
import { list } from '../../../contract/outputs/list.ts';
import { portColumns, portOutput, portRows } from '../../../contract/outputs/port-output.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { payerIn } from '../../../lifecycle/account/account-rows.ts';
import { vmCalled } from '../../../lifecycle/caller/vm-called.ts';

export default list({
  name: 'vm port ls',
  summary: 'List the forwarded ports of a VM',
  audience: 'agent',
  input: { vm: z.string().describe('Name or id') },
  positionals: ['vm'],
  item: portOutput,
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'vm port ls ci', why: 'where its ports are reached' }],
  async run(context, input, page) {
    const ledger = await context.ledger();
    const vm = vmCalled(ledger, context, input.vm);
    const cloud = await context.cloud();
    const [wanted, open] = await Promise.all([cloud.accounts.forwards(payerIn(ledger, vm), vm.id), cloud.nodes.openPorts(vm.node, vm.id)]);
    if (!open.answered) context.warn('NODE_SILENT', `Node ${shortId(vm.node.hash)} does not answer; where ports are open is unknown.`);
    return page(portRows(wanted, open), ({ port }) => String(port));
  },
  columns: portColumns,
  none: 'No ports are forwarded.',
  next: () => [hint('forward one', 'vm port add', { help: true })],
});
