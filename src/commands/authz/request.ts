import { renderUnicodeCompact } from 'uqr';
import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { grantChannel } from '../../domain/grants/grant-entry.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';

const console_ = 'https://app.aleph.cloud/console/permissions/';

export default query({
  name: 'authz request',
  summary: "Ask an owner to let this key rent VMs at the owner's cost",
  audience: 'agent',
  input: z.object({}),
  output: z.object({
    address: z.string(),
    channel: z.string().describe('Drawn for this grant alone'),
    command: z.string().describe("What the owner runs, on the owner's machine"),
    console: z.string().describe('Or what the owner does in the web console'),
  }),
  failures: ['KEY_MISSING'],
  examples: [{ line: 'authz request', why: 'give what it prints to the person who pays' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const channel = grantChannel(context.random.bytes(6));
    const steps = [
      `Open ${console_}`,
      `add ${address} on Ethereum`,
      `allow the types INSTANCE and AGGREGATE, of AGGREGATE the key port-forwarding only, and the channel ${channel} only`,
    ];
    return { address, channel, command: commandLine('authz grant', address, { channel }), console: `${steps.join('; ')}.` };
  },
  text: ({ address, command, console }, style) =>
    [
      // nobody scans what goes into a pipe
      ...(style.width > 0 ? [renderUnicodeCompact(address), ''] : []),
      `To let ${style.bold(address)} rent VMs at your cost, run this where your own key is:`,
      '',
      `  ${command}`,
      '',
      `Without aleph-agent there: ${console}`,
      'Use an account that owns nothing else: a grant has no spending cap. Nothing was sent.',
      `Once it stands, VMs are made at that account's cost with --payer ITS-ADDRESS.`,
    ].join('\n'),
  next: ({ address }) => [
    hint('once it is granted: by whom', 'authz ls', { received: true }),
    hint('what it would be able to do', 'authz check', address),
  ],
});
