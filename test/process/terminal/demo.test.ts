import { expect, it } from 'vitest';
import { homeAt, lonelyHome } from '../../support/home.ts';
import { atTerminal } from '../../support/terminal.ts';

/** What the demo is seen with: nothing of the caller's own. */
const bare = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  TERM: 'xterm-256color',
  LANG: 'C.UTF-8',
});

it('the demo shows at a terminal what its commands show there: columns, colours, and nothing torn', async () => {
  const lonely = lonelyHome();
  const terminal = atTerminal('demo', { env: bare(lonely.folder), cwd: lonely.cwd, columns: 100 });
  expect(await terminal.exit).toBe(0);
  expect(terminal.whole()).toMatch(/^AT {2,}WHAT {2,}VM {2,}OUTCOME {2,}USD/m);
  expect(terminal.torn().filter((line) => !/aleph-agent [a-z]/.test(line))).toEqual([]);
  lonely.close();
});

it('ALEPH_AGENT_FORCE_TTY makes a pipe look like a terminal of that width, and any other value is none', async () => {
  const lonely = lonelyHome();
  const home = homeAt(lonely.folder);
  const shown = async (columns: string): Promise<string> =>
    (await home.run('exit-codes', { env: { ALEPH_AGENT_FORCE_TTY: columns, ALEPH_AGENT_OUTPUT: 'text' } })).stdout;
  const wide = await shown('72');
  expect(wide).toContain('\u001b[');
  expect(
    Math.max(
      ...wide
        .replaceAll(/\u001b\[[\d;]*m/g, '')
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(72);
  for (const none of ['0', 'yes', '1e3', '']) expect(await shown(none)).not.toContain('\u001b[');
  lonely.close();
});
