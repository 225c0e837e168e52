import * as z from 'zod';
import { session } from '../contract/declare/command.ts';
import { hint } from '../contract/declare/hint.ts';
import { instant } from '../contract/fields/fields.ts';
import { exitCodes } from '../domain/failure/failure-codes.ts';

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
  }),
  output: z.object({
    file: z.string().describe('Opens the page, once; for this user alone'),
    until: instant.describe('So long it opens the page'),
    readOnly: z.boolean().describe('The page only shows: no person started it at a terminal'),
  }),
  failures: [],
  examples: [
    { line: 'dashboard', why: 'at a terminal, which shows a code for each approval' },
    { line: 'dashboard --file page.html', why: 'where the browser does not see hidden folders' },
  ],
  async run(_context, { file }, terminal) {
    const readOnly = !terminal.interactive || terminal.asker === null;
    const end = await terminal.servePage({ file: file ?? null, readOnly });
    const words = ended[end];
    if (words !== null && !terminal.machine) terminal.paragraph(words);
    // what was printed stays this call's answer
    return { data: { file: '', until: '', readOnly }, ...(end === 'twice' ? { exit: exitCodes.refused } : {}) };
  },
  text: ({ file, until, readOnly }, style) =>
    [
      `Open this file in a browser: ${style.bold(file)}`,
      `It opens the page once, until ${until}.${readOnly ? ' The page only shows.' : ' Approving takes a code that stands here.'}`,
      'Ctrl-C closes the page.',
    ].join('\n'),
  next: () => [hint('the same, in a line', 'status')],
});
