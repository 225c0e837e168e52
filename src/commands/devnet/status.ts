import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { clockKind, paceOf, paceText } from '../../contract/outputs/devnet-clock.ts';
import { formatInstant } from '../../domain/text/instant.ts';

export default query({
  name: 'devnet status',
  summary: 'Show the devnet: its time, messages, VMs, faults',
  audience: 'owner',
  input: z.object({}),
  output: z.object({
    id: z.string().describe('Random, made with this devnet; part of what an approver signs'),
    control: z.string(),
    ccns: z.array(z.string()),
    at: instant,
    clock: clockKind,
    clockRate: z.number(),
    nodes: z.int(),
    messages: z.record(z.string(), z.int()).describe('By status'),
    vms: z.int(),
    faults: z.array(z.unknown()),
  }),
  failures: ['DEVNET_NOT_RUNNING'],
  examples: [{ line: 'devnet status', why: 'is it up, and what time is it there' }],
  async run(context) {
    const control = await context.host.devnets.control();
    const [document, time, state, faults] = await Promise.all([control.document(), control.time(), control.state(), control.faults()]);
    return {
      id: document.id,
      control: control.url,
      ccns: document.endpoints.ccns,
      at: formatInstant(Math.floor(time.now)),
      ...paceOf(time),
      nodes: document.crns.length,
      messages: state.messages,
      vms: Object.values(state.vms).reduce((sum, count) => sum + count, 0),
      faults,
    };
  },
  text: (devnet, style) =>
    style.facts([
      ['control', devnet.control],
      ['its time', `${devnet.at} ${paceText(devnet)}`],
      ['nodes', String(devnet.nodes)],
      ['VMs', String(devnet.vms)],
      ['faults', String(devnet.faults.length)],
    ]),
  next: () => [hint('turn its clock', 'devnet clock', 'advance', '1h')],
});
