import type { Fix } from '../failure/failure.ts';
import { commandLine, helpLine, type Line } from './command-line.ts';
import type { CommandGroup, CommandName } from './command-name.ts';

type Told<Name> = readonly [text: string, ...line: readonly [] | Line<Name>];

/** A fix for the agent itself: `agent('See how it is.', 'vm show', vm.name)`; without a command where none helps. */
export const agent = <Name extends CommandName | CommandGroup>(...[text, ...line]: Told<Name>): Fix => ({
  actor: 'agent',
  command: typed(line),
  text,
});

/** A fix that a person does or decides, with a command of ours, or by hand without one. */
export const human = <Name extends CommandName | CommandGroup>(...[text, ...line]: Told<Name>): Fix => ({
  actor: 'human',
  command: typed(line),
  text,
});

const typed = <Name extends CommandName | CommandGroup>([name, ...words]: readonly [] | Line<Name>): string | null =>
  name === undefined ? null : commandLine(name, ...words);

/** A fix that reads the help of a command or group whose name is known only when the program runs; for null, the program's help. */
export const helpOf = (name: string | null, text: string): Fix => ({ actor: 'agent', command: helpLine(name), text });
