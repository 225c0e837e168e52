import * as z from 'zod';
import { query } from '../../../contract/declare/command.ts';
import { hint } from '../../../contract/declare/hint.ts';
import { paging } from '../../../contract/fields/fields.ts';
import { listOf } from '../../../contract/outputs/list-of.ts';
import { pageOf } from '../../../contract/outputs/page-of.ts';
import { portHead, portOutput, portRows, portTable } from '../../../contract/outputs/port-output.ts';
import { shortId } from '../../../domain/text/short-id.ts';
import { vmCalled } from '../../../lifecycle/operation/vm-called.ts';

export default query({
  name: 'vm port ls',
  summary: 'Ports of a VM that are forwarded, and where to',
  audience: 'agent',
  input: z.object({ vm: z.string().describe('Name or id'), ...paging }),
  positionals: ['vm'],
  output: listOf(portOutput),
  failures: ['VM_NOT_FOUND', 'AMBIGUOUS_ID'],
  examples: [{ line: 'vm port ls ci', why: 'where its ports are reached' }],
  async run(context, input) {
    const vm = vmCalled(await context.ledger(), context, input.vm);
    const cloud = await context.cloud();
    const [wanted, open] = await Promise.all([cloud.accounts.forwards(vm.payer, vm.id), cloud.nodes.openPorts(vm.node, vm.id)]);
    if (!open.answered) context.warn('NODE_SILENT', `Node ${shortId(vm.node.hash)} does not answer; where ports are open is unknown.`);
    const items = portRows(wanted, open);
    return { ...pageOf(items, input, ({ port }) => String(port)), totals: {} };
  },
  text: ({ items }, style) => (items.length === 0 ? 'No ports are forwarded.' : style.table(portHead, portTable(items))),
  next: () => [hint('forward one', 'vm port add', { help: true })],
});
