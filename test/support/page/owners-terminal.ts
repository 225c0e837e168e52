import { type Home, patient } from '../home.ts';
import { atTerminal, type Terminal } from '../terminal.ts';

/** A line at a terminal of this home's owner, who is shown words and no JSON. */
export const ownersTerminal = (home: Pick<Home, 'env' | 'cwd'>, line: string, more: Readonly<Record<string, string>> = {}): Terminal => {
  const { ALEPH_AGENT_OUTPUT: _, ...env } = home.env;
  return atTerminal(line, { env: { ...env, ...patient, ...more, TERM: 'xterm-256color', LANG: 'C.UTF-8' }, cwd: home.cwd, columns: 200 });
};

/** The file that opens the page of a `dashboard` at this terminal, once that shows how it goes on. */
export const openingFile = async (terminal: Terminal, shown = /Ctrl-C closes the page/): Promise<string> =>
  /(\/\S+\.html)/.exec(await terminal.shows(shown))![1]!;
