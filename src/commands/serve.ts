import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import type { TlsManner } from '../contract/declare/door.ts';
import { hint } from '../contract/declare/hint.ts';
import { isEverywhere, readPublicUrl, readTlsPlace } from '../domain/agents/tls-place.ts';
import { Failure } from '../domain/failure/failure.ts';
import { agent } from '../domain/suggest/fix.ts';
import { unlockServed } from '../lifecycle/agents/unlock-served.ts';

const input = z.object({
  socket: z.string().optional().describe('Where agents of this machine come; else the usual place').meta({ unit: 'FILE' }),
  listen: z
    .string()
    .refine((text) => readTlsPlace(text) !== null, 'an address and a port like 192.0.2.7:8443 or [::1]:8443')
    .optional()
    .describe('Where agents of other machines come, by TLS 1.3. The socket stays')
    .meta({ unit: 'HOST:PORT' }),
  publicUrl: z
    .string()
    .refine((text) => readPublicUrl(text) !== null, 'the https address by which agents reach --listen, like https://safe.example:8443')
    .optional()
    .describe('How invitations name --listen; needed where it is 0.0.0.0 or [::]')
    .meta({ unit: 'URL' }),
  tlsCert: z
    .string()
    .optional()
    .describe('Your own certificate, PEM, with its chain; else the safe makes one, and invitations pin its key')
    .meta({ unit: 'FILE' }),
  tlsKey: z.string().optional().describe('The key of --tls-cert, PEM').meta({ unit: 'FILE' }),
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

const unfit = (message: string, fix: string): Failure =>
  new Failure('USAGE', message, { sideEffects: 'none', fix: agent(fix, 'serve', { help: true }) });

/** How the safe is served by TLS; null: not. `USAGE` for flags that do not go together. */
const tlsOf = ({ listen, publicUrl, tlsCert, tlsKey }: z.output<typeof input>): TlsManner | null => {
  const [flag] = Object.entries({ '--public-url': publicUrl, '--tls-cert': tlsCert, '--tls-key': tlsKey }).filter(([, given]) => given);
  if (listen === undefined) {
    if (flag === undefined) return null;
    throw unfit(`${flag[0]} "${flag[1]}" says how the safe listens by TLS, and --listen is not given.`, 'Give --listen HOST:PORT, too.');
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw unfit('--tls-cert and --tls-key belong together, and one is missing.', 'Give both, or neither: the safe makes its own then.');
  }
  const place = readTlsPlace(listen)!;
  if (isEverywhere(place) && publicUrl === undefined) {
    throw unfit(
      `--listen "${listen}" is every address of this machine, and an invitation has to name one.`,
      'Give --public-url with the name or address by which agents reach this machine, or listen at that one.',
    );
  }
  const files = tlsCert === undefined || tlsKey === undefined ? null : { certificate: tlsCert, key: tlsKey };
  return { place, publicUrl: publicUrl === undefined ? null : readPublicUrl(publicUrl), files };
};

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
