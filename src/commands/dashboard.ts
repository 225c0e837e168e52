import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant } from '../contract/fields/fields.ts';
import { Failure } from '../domain/failure/failure.ts';
import { exitCodes } from '../domain/failure/failure-codes.ts';
import { agent } from '../domain/suggest/fix.ts';

/** What is said where it ends by itself. */
const ended = {
  told: null,
  unopened: 'Nobody opened the page within a minute, so it is closed.',
  twice: 'The link of the page was used a second time: somebody else has it, too. The page is closed, and an alert went out.',
  old: 'The page was open for twelve hours, and is closed.',
} as const;

export default session({
  name: 'dashboard',
  summary: 'A page in the browser: what runs, what it costs, what waits',
  audience: 'owner',
  safety: 'change',
  input: z.object({
    file: z
      .string()
      .min(1)
      .optional()
      .describe('Where the file that opens the page is made, for browsers that see only some folders')
      .meta({ unit: 'FILE' }),
    link: z.boolean().default(false).describe('Show the link at this terminal instead, for the browser of another user'),
  }),
  output: z.object({
    file: z.string().nullable().describe('Opens the page, once; for this user alone. null: the terminal shows the link'),
    until: instant.describe('So long it opens the page'),
    readOnly: z.boolean().describe('The page only shows: no person started it at a terminal'),
  }),
  failures: [],
  examples: [
    { line: 'dashboard', why: 'at a terminal, which shows a code for each approval' },
    { line: 'dashboard --file page.html', why: 'where the browser does not see hidden folders' },
    { line: 'dashboard --link', why: 'at a terminal of the safe’s user, for a browser of yours' },
  ],
  async run(_context, { file, link }, terminal) {
    if (link && !terminal.interactive) {
      throw new Failure('USAGE', '--link shows a secret to the person at a terminal, and there is none here.', {
        sideEffects: 'none',
        fix: agent('Leave it out: a file opens the page.', 'dashboard'),
      });
    }
    const readOnly = !terminal.interactive || terminal.asker === null;
    const end = await terminal.servePage({ file: file ?? null, shown: link, readOnly });
    const words = ended[end];
    if (words !== null && !terminal.machine) terminal.paragraph(words);
    // what was printed stays this call's answer
    return { data: { file: null, until: '', readOnly }, ...(end === 'twice' ? { exit: exitCodes.refused } : {}) };
  },
  text: ({ file, readOnly }, style) =>
    [
      file === null ? 'Open the link below in a browser.' : `Open this file in a browser: ${style.bold(file)}`,
      `It opens the page once, within a minute.${readOnly ? ' The page only shows.' : ' Approving takes a code that stands here.'}`,
      'Ctrl-C closes the page.',
    ].join('\n'),
  next: () => [hint('the same, in a line', 'status')],
});
