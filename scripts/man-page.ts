import { Marked } from 'marked';
import markedMan, { type ManExtension } from 'marked-man';
import type { Manifest } from '../src/contract/declare/manifest.ts';
import { exitCodes, exitMeanings } from '../src/domain/failure/failure-codes.ts';
import { globals } from '../src/surfaces/cli/parse/globals.ts';

type ExitName = keyof typeof exitCodes;

/** Markdown's own signs in a text of ours mean nothing there. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]<>|]/g, '\\$&');

const item = (term: string, words: string): string => `**${plain(term)}**  \n${plain(words)}\n`;

/** The man page as Markdown: what the program is, each command in a line, the flags of all, exit codes, and where more stands. */
export const manText = ({ commands }: Manifest): string => {
  const exits = Object.entries(exitCodes) as [ExitName, number][];
  return `# aleph-agent(1) -- rent VMs on Aleph Cloud within a budget you set

## SYNOPSIS

**aleph-agent** *COMMAND* [*ARGUMENT*...] [*FLAG*...]

## DESCRIPTION

aleph-agent provisions, uses and ends virtual machines on Aleph Cloud for people and for agents: within spending caps, with a lifetime on every VM that is
enforced while nobody runs, and with approvals that an agent cannot give itself. **aleph-agent demo** shows it without a key or money,
**aleph-agent** *COMMAND* **--help** shows examples, flags and failures of a command, and **aleph-agent help** *TOPIC* a page of the manual.

## COMMANDS

${commands.map(({ name, summary }) => item(name, summary)).join('\n')}
## FLAGS

${globals.map(({ flags, description, changes }) => item(flags, changes ? `${description}. Of commands that change something.` : description)).join('\n')}
## EXIT STATUS

${exits.map(([name, exit]) => item(String(exit), exitMeanings[name])).join('\n')}
## ENVIRONMENT

**aleph-agent help settings** shows every variable; flags go before them.

## SEE ALSO

ssh(1). **aleph-agent help** lists the pages of the manual.
`;
};

/** The man page, as roff. It has no date: the same program has the same page, whenever it is built. */
export const manPage = (manifest: Manifest, version: string): string => {
  const extension: ManExtension = { ...markedMan, manVersion: version, manual: 'aleph-agent', date: 0, breaks: false };
  const page = new Marked().use(extension).parse(manText(manifest));
  return String(page).replace('"January 1970"', '""');
};
