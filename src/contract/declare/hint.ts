import { commandLine, type Line } from '../../domain/suggest/command-line.ts';
import type { CommandGroup, CommandName } from '../../domain/suggest/command-name.ts';
import type { Hint } from './command.ts';

/** Makes a next step: `hint('stop paying', 'vm destroy', name)`. */
export const hint = <Name extends CommandName | CommandGroup>(why: string, ...line: Line<Name>): Hint => ({
  command: commandLine(...line),
  why,
});
