import * as z from 'zod';
import { session, type Terminal } from '../contract/declare/command.ts';
import type { SafeManner } from '../contract/declare/door.ts';
import { hint } from '../contract/declare/hint.ts';
import { unlockServed } from '../lifecycle/agents/unlock-served.ts';
import { aboutPage } from '../lifecycle/view/about-page.ts';
import type { ChangeContext } from '../ports/context.ts';
import { lookForAgents } from './serve/look-for-agents.ts';
import { pageServed, tlsFields, tlsOf, unfit } from './serve/serving.ts';

const input = z.object({
  socket: z.string().optional().describe('Where agents of this machine connect; the usual place if omitted').meta({ unit: 'FILE' }),
  ...tlsFields,
  dashboard: pageServed,
  pageApproves: z.boolean().default(false).describe('Its page approves by codes that stand here; no agent may be this user'),
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

/** How the pages of the safe are served; null: none are. `USAGE`, `PAGE_REFUSED`. */
const pagesOf = async (
  context: ChangeContext,
  { dashboard, pageApproves: approves }: z.output<typeof input>,
  { interactive, asker }: Pick<Terminal, 'interactive' | 'asker'>,
): Promise<SafeManner['pages']> => {
  if (approves && !dashboard) throw unfit('--page-approves is about the page, which --no-dashboard leaves out.', 'Give one of the two.');
  if (approves && (!interactive || asker === null)) {
    throw unfit(
      '--page-approves shows codes to the person at a terminal, and there is none here.',
      'Leave it out: `dashboard --approves`, at a terminal, approves beside the safe.',
    );
  }
  return dashboard ? { about: aboutPage(context), approves, seen: approves ? await lookForAgents(context) : null } : null;
};

const pageWords = {
  code: '`aleph-agent dashboard` opens its page, as this user; what is approved there takes a code that stands here.',
  signature: '`aleph-agent dashboard` opens its page, as this user.',
} as const;

export default session({
  name: 'serve',
  summary: 'Run the safe: key, policy and ledger stay here, agents connect from elsewhere',
  audience: 'owner',
  safety: 'change',
  endsUnhurried: true,
  input,
  output: z.object({
    socket: door('Where agents of this machine come'),
    tls: door('Where agents of other machines come').nullable(),
    dashboard: z
      .object({
        approvesBy: z.enum(['code', 'signature']).describe('signature: of the approver alone'),
        seen: z.string().nullable().describe('With --page-approves: what was seen of agents that run beside it'),
      })
      .nullable()
      .describe('The page that `dashboard` opens; null: none is served'),
    version: z.string(),
  }),
  failures: ['SAFE_RUNNING', 'CONFIG_INVALID', 'PAGE_REFUSED'],
  examples: [
    { line: 'serve', why: 'as a user of its own, whose files agents cannot read' },
    { line: 'serve --listen 192.0.2.7:8443', why: 'for agents of other machines, too' },
    {
      line: 'serve --listen 0.0.0.0:8443 --public-url https://safe.example:8443 --tls-cert fullchain.pem --tls-key privkey.pem',
      why: 'with a certificate of your own, read again each hour',
    },
    { line: 'serve --page-approves', why: 'at a terminal that no agent can type at: it shows a code for each approval' },
  ],
  async run(context, given, terminal) {
    const { addresses } = context.host.safe;
    const manner = { socket: given.socket ?? null, tls: tlsOf(given), pages: await pagesOf(context, given, terminal) };
    await unlockServed(context);
    await terminal.serveSafe(manner);
    return { data: { ...(await addresses()), dashboard: null, version: '' } };
  },
  text: ({ socket, tls, dashboard }, style) =>
    [
      style.good(`The safe takes agents at ${[socket, ...(tls === null ? [] : [tls])].map(({ url }) => url).join(' and ')}.`),
      ...(tls?.pin ? [`Its pin, which each invitation by TLS has in it: ${tls.pin}`] : []),
      ...(dashboard === null ? [] : [pageWords[dashboard.approvesBy]]),
      ...(dashboard?.seen ? [dashboard.seen] : []),
      'Let one in from another terminal, as this user. Ctrl-C ends it; its VMs end at their expiry.',
    ].join('\n'),
  next: () => [hint('let an agent in', 'agents add', 'ci', { budget: '1' })],
});
