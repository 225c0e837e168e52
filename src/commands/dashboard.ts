import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant } from '../contract/fields/fields.ts';
import { Failure } from '../domain/failure/failure.ts';
import { exitCodes } from '../domain/failure/failure-codes.ts';
import { agent } from '../domain/suggest/fix.ts';
import { aboutPage } from '../lifecycle/view/about-page.ts';
import { lookForAgents } from './serve/look-for-agents.ts';

/** What is said where it ends by itself. */
const ended = {
  told: null,
  handed: 'The page was opened just now. If that was not you, aleph-agent dashboard --close closes it.',
  closed: 'The pages that the safe served are closed.',
  none: 'No safe of this home serves a page.',
  unopened: 'Nobody opened the page within a minute, so it is closed.',
  twice: 'The link of the page was used a second time: somebody else has it, too. The page is closed; alerts that are set up tell of it.',
  old: 'The page was open for twelve hours, and is closed.',
} as const;

/** What is asked of a terminal where none is. `USAGE`. */
const noTerminal = (flag: string, why: string): Failure =>
  new Failure('USAGE', `${flag} ${why}, and there is none here.`, {
    sideEffects: 'none',
    fix: agent('Leave it out: a file opens the page, which only shows.', 'dashboard'),
  });

const approving = {
  code: 'Approving takes a code that stands here.',
  codeAtSafe: 'Approving takes a code that stands where the safe was started.',
  signature:
    'It approves nothing without the approver’s signature: the policy names an approver, or this home serves agents, where --approves has codes stand here.',
  nothing: 'The page only shows.',
} as const;

export default session({
  name: 'dashboard',
  summary: 'Open a page in the browser: VMs, spending, limits, pending requests',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    file: z
      .string()
      .min(1)
      .optional()
      .describe('Path of the file that opens the page, for browsers that read only some folders')
      .meta({ unit: 'FILE' }),
    close: z.boolean().default(false).describe('Close every page that the safe of this home serves'),
    link: z.boolean().default(false).describe("Show the link at this terminal instead, for another user's browser"),
    approves: z
      .boolean()
      .default(false)
      .describe('Approve by codes in the home of a safe, too; no agent may be this user or the browser’s'),
  }),
  output: z.object({
    file: z.string().nullable().describe('Opens the page, once; for this user alone. null: the terminal shows the link'),
    until: instant.nullable().describe('So long it opens the page; null: none was made'),
    readOnly: z.boolean().describe('The page only shows: no person started it at a terminal'),
    bySafe: z.boolean().describe('The safe serves it, and this call ends once it was opened'),
    approvesBy: z
      .enum(['code', 'signature'])
      .nullable()
      .describe('signature: of the approver alone, who is named, or as this home serves agents'),
    seen: z.string().nullable().describe('With --approves: what was seen of agents that run beside it'),
  }),
  failures: ['PAGE_REFUSED'],
  examples: [
    { line: 'dashboard', why: 'at a terminal, which shows a code for each approval' },
    { line: 'dashboard --file page.html', why: 'where the browser does not see hidden folders' },
    { line: 'dashboard --approves', why: 'in the home of a safe, where no agent is this user' },
    { line: 'dashboard --close', why: 'a page of the safe was opened by somebody else' },
    { line: 'dashboard --link', why: 'at a terminal of the safe’s user, for a browser of yours' },
  ],
  async run(context, { file, link, close, approves }, terminal) {
    const readOnly = !terminal.interactive || terminal.asker === null;
    if (link && readOnly) throw noTerminal('--link', 'shows a secret to the person at a terminal');
    if (approves && readOnly) throw noTerminal('--approves', 'shows codes to the person at a terminal');
    const seen = approves ? await lookForAgents(context) : null;
    const about = aboutPage(context);
    const end = await terminal.servePage({ file: file ?? null, shown: link, readOnly, approves, seen, about, close });
    const words = ended[end];
    if (words !== null && !terminal.machine) terminal.paragraph(words);
    // what was printed stays this call's answer
    return {
      data: { file: null, until: null, readOnly, bySafe: false, approvesBy: null, seen },
      ...(end === 'twice' ? { exit: exitCodes.refused } : {}),
    };
  },
  text: ({ file, until, bySafe, approvesBy, seen }, style) =>
    until === null
      ? ''
      : [
          file === null
            ? 'Open the link below in a browser of a user that no agent is.'
            : `Open this file in a browser: ${style.bold(file)}`,
          `It opens the page once, within a minute. ${approving[bySafe && approvesBy === 'code' ? 'codeAtSafe' : (approvesBy ?? 'nothing')]}`,
          ...(seen === null ? [] : [seen]),
          bySafe ? 'The safe serves it, for twelve hours or until it ends.' : 'Ctrl-C closes the page.',
        ].join('\n'),
  next: () => [hint('the same, in a line', 'status')],
});
