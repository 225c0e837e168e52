import * as z from 'zod';
import type { FailureCode } from '../../domain/failure/failure-codes.ts';
import type { Forward } from '../../domain/reach/forwards.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { OpenPorts } from '../../ports/network/open-ports.ts';
import { hint } from '../declare/hint.ts';
import type { Style } from '../declare/style.ts';
import { vmId } from '../fields/fields.ts';
import { tableOf } from './columns.ts';
import { type PortOutput, portColumns, portOutput, portRows } from './port-output.ts';

/** The parts that `vm port add` and `vm port rm` share. */
export const portChange = {
  input: z.object({
    vm: z.string().describe('Name or id'),
    ports: z.array(z.string()).min(1).max(20).describe('80, 80/tcp or 53/udp'),
  }),
  output: z.object({ id: vmId, name: z.string(), changed: z.boolean(), items: z.array(portOutput) }),
  failures: [
    'VM_NOT_FOUND',
    'AMBIGUOUS_ID',
    'VM_NOT_READY',
    'VM_BUSY',
    'WRONG_ACCOUNT',
    'GRANT_MISSING',
    'GRANTS_UNREADABLE',
    'NOT_OURS',
    'WRONG_NETWORK',
    'NETWORK_REJECTED',
    'STILL_WAITING',
  ] satisfies FailureCode[],
  result: ({
    vm,
    changed,
    wanted,
    open,
  }: {
    vm: { id: string; name: string };
    changed: boolean;
    wanted: readonly Forward[];
    open: OpenPorts;
  }) => ({
    id: shortId(vm.id),
    name: vm.name,
    changed,
    items: portRows(wanted, open),
  }),
  text: ({ name, changed, items }: { name: string; changed: boolean; items: PortOutput[] }, style: Style): string =>
    [changed ? `The ports of ${name} are changed.` : `The ports of ${name} are so already.`, tableOf(portColumns, items, style)].join('\n'),
  next: ({ name }: { name: string }) => [hint('where its ports are reached', 'vm port ls', name)],
};
