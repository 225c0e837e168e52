import * as z from 'zod';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usdPerHour } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { Style } from '../declare/style.ts';
import { instant, money, vmId } from '../fields/fields.ts';

/** The outcome of a call on a VM's node, as stop, start, reboot and reinstall show it. */
export const operatedOutput = z.object({
  id: vmId,
  name: z.string(),
  state: z.string(),
  changed: z.boolean(),
  usdPerHour: money,
  expiresAt: instant,
  readySeconds: z.number().nullable().describe('From the call to an SSH banner'),
  note: z.string().describe('What this generation of node does and cannot do'),
  nodeAnswer: z.string().nullable(),
  nodeVersion: z.string().nullable(),
});

export type OperatedOutput = z.output<typeof operatedOutput>;

export const operatedBrief = ['id', 'name', 'state', 'changed', 'usdPerHour', 'expiresAt', 'readySeconds', 'note'];

interface Operated {
  vm: VmRecord;
  changed: boolean;
  nodeAnswer: string | null;
  nodeVersion: string | null;
  note: string;
  readySeconds: number | null;
}

export const toOperatedOutput = ({ vm, ...said }: Operated): OperatedOutput => ({
  id: shortId(vm.id),
  name: vm.name,
  state: vm.state,
  usdPerHour: usdPerHour(new Exact(vm.rate)),
  expiresAt: formatInstant(vm.expiresAt),
  ...said,
});

export const operatedText = (done: OperatedOutput, style: Style): string =>
  [
    done.changed ? style.good(`${done.name} (${done.id}) is ${done.state}.`) : `${done.name} (${done.id}) is ${done.state} already.`,
    style.facts([
      ['bills on', `${done.usdPerHour} USD/h`],
      ['expires', style.when(done.expiresAt)],
      ...(done.readySeconds === null ? [] : [['ready after', `${done.readySeconds} s`] as const]),
      ['node', done.note],
    ]),
  ].join('\n');
