import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { unlockServed } from '../lifecycle/agents/unlock-served.ts';
import { tlsFields, tlsOf } from './serve/serving.ts';

const input = z.object({
  socket: z.string().optional().describe('Where agents of this machine come; else the usual place').meta({ unit: 'FILE' }),
  ...tlsFields,
});

const door = (where: string) =>
  z.object({
    url: z.string().describe(where),
    pin: z
      .string()
      .nullable()
      .describe('SHA-256 of the public key by which agents know the safe; null: they check socket, or chain and name'),
    uid: z.int().nullable().describe('The user that owns the socket'),
  });

export default session({
  name: 'serve',
  summary: 'Be the safe: key, policy and ledger here, agents elsewhere',
  audience: 'owner',
  safety: 'change',
  input,
  output: z.object({
    socket: door('Where agents of this machine come'),
    tls: door('Where agents of other machines come').nullable(),
    version: z.string(),
  }),
  failures: ['SAFE_RUNNING', 'CONFIG_INVALID'],
  examples: [
    { line: 'serve', why: 'as a user of its own, whose files agents cannot read' },
    { line: 'serve --listen 192.0.2.7:8443', why: 'for agents of other machines, too' },
    {
      line: 'serve --listen 0.0.0.0:8443 --public-url https://safe.example:8443 --tls-cert fullchain.pem --tls-key privkey.pem',
      why: 'with a certificate of your own, read anew each hour',
    },
  ],
  async run(context, given, terminal) {
    const { addresses } = context.host.safe;
    const manner = { socket: given.socket ?? null, tls: tlsOf(given) };
    await unlockServed(context);
    await terminal.serveSafe(manner);
    return { data: { ...(await addresses()), version: '' } };
  },
  text: ({ socket, tls }, style) =>
    [
      style.good(`The safe takes agents at ${[socket, ...(tls === null ? [] : [tls])].map(({ url }) => url).join(' and ')}.`),
      ...(tls?.pin ? [`Its pin, which each invitation by TLS has in it: ${tls.pin}`] : []),
      'Let one in from another terminal, as this user. Ctrl-C ends it; its VMs end at their expiry.',
    ].join('\n'),
  next: () => [hint('let an agent in', 'agents add', 'ci', { budget: '1' })],
});
