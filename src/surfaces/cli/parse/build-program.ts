import { Command, CommanderError, Option } from 'commander';
import type { Described } from '../../../contract/declare/describe.ts';
import type { InputField } from '../../../contract/declare/input-fields.ts';
import type { Manifest } from '../../../contract/declare/manifest.ts';
import { aliasesOf } from './aliases.ts';
import { type GlobalValues, globals } from './globals.ts';
import { commandHelp, groupHelp, rootHelp } from './help.ts';
import { rawInput } from './raw-input.ts';

/** The command and inputs of a command line; values are as typed except for numbers and switches. */
export interface Selection {
  command: Described;
  raw: Record<string, unknown>;
  globals: GlobalValues;
  /** The global flags that stand on the line itself. */
  typed: GlobalValues;
  dryRun: boolean;
  watch: boolean;
}

/**
 * Builds the commander tree of `commands`, the manifest or a part of it. It prints nothing and never exits: help goes to `help`, a command
 * to `select`, errors are thrown.
 */
export const buildProgram = (
  manifest: Manifest,
  commands: readonly Described[],
  version: string,
  environment: Readonly<Record<string, string | undefined>>,
  found: { help(text: string): void; select(selection: Selection): void; unknown(group: string, words: readonly string[]): void },
): Command => {
  const root = new Command('aleph-agent');
  const dress = (command: Command, text: () => string): Command => {
    command.exitOverride().configureOutput({ writeOut: found.help, writeErr: () => {}, outputError: () => {} });
    command.helpCommand(false).helpInformation = text;
    return command.on('command:*', (words: string[]) => found.unknown(pathOf(command), words));
  };
  dress(root, () => rootHelp(manifest)).version(version, '-V, --version');
  for (const { flags, description } of globals) root.addOption(new Option(flags, description));
  for (const command of commands) {
    const words = command.name.split(' ');
    const [groups, verb = ''] = [words.slice(0, -1), words.at(-1)];
    const parent = groups.reduce((above, word, place) => {
      const group = groups.slice(0, place + 1).join(' ');
      return groupOf(above, word, () => dress(new Command(word), () => groupHelp(manifest, group)));
    }, root);
    const leaf = grown(parent, verb, (made) => dress(made, () => commandHelp(command)));
    leaf.hook('preSubcommand', handOn);
    if (groups.length > 0) leaf.aliases(aliasesOf(verb));
    for (const field of command.inputs) addField(leaf, field, root);
    if (command.dryRun) leaf.option('--dry-run', 'Show the plan, do nothing');
    if (command.watch) leaf.option('--watch', 'Refresh in place');
    leaf.action((...called: unknown[]) => {
      const values = called.slice(0, -2);
      const typed = root.opts<GlobalValues>();
      const given = { ...fromEnvironment(environment), ...typed };
      const raw = rawInput(command, values, { typed, given }, (key) => ownValue(leaf, key));
      const on = (key: string): boolean => ownValue(leaf, key) === true;
      found.select({ command, raw, globals: given, typed, dryRun: on('dryRun'), watch: on('watch') });
    });
  }
  return root;
};

/** The ALEPH_AGENT_* variables that stand in for missing flags, from the environment that main handed over and not from the process. */
const fromEnvironment = (environment: Readonly<Record<string, string | undefined>>): GlobalValues =>
  Object.fromEntries(
    globals.flatMap((flag) => {
      const value = flag.environment === undefined ? undefined : environment[flag.environment];
      return value === undefined || value === '' ? [] : [[new Option(flag.flags).attributeName(), value]];
    }),
  );

/** A command's words after the program's name: `vm port`. */
const pathOf = (command: Command): string =>
  command.parent === null ? '' : [pathOf(command.parent), command.name()].filter((word) => word !== '').join(' ');

const groupOf = (parent: Command, noun: string, make: () => Command): Command => {
  const there = parent.commands.find((command) => command.name() === noun);
  if (there !== undefined) return there;
  const made = make();
  parent.addCommand(made);
  return made;
};

/** A new subcommand, or the existing group of the same name (`gc`, then `gc watch`). */
const grown = (parent: Command, name: string, dress: (command: Command) => Command): Command => {
  const there = parent.commands.find((command) => command.name() === name);
  if (there !== undefined) return dress(there);
  const made = dress(new Command(name));
  parent.addCommand(made);
  return made;
};

const addField = (command: Command, field: InputField, root: Command): void => {
  if (field.position !== null) {
    command.argument(field.many ? `[${field.flag}...]` : `[${field.flag}]`, field.description);
    return;
  }
  if (root.options.some((option) => option.attributeName() === field.key)) return;
  const short = field.short === null ? '' : `-${field.short}, `;
  if (field.type === 'boolean') {
    command.addOption(new Option(`${short}--${field.flag}`)).addOption(new Option(`--no-${field.flag}`));
    return;
  }
  const option = new Option(`${short}--${field.flag} <${field.flag}>`, field.description);
  if (field.many) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  command.addOption(option);
};

/**
 * Of "serve install --listen …" the flag is install's, though serve has one of that name and took it: it is handed on. One that the verb does
 * not have is unknown.
 */
const handOn = (group: Command, verb: Command): void => {
  for (const option of group.options) {
    const key = option.attributeName();
    const value = ownValue(group, key);
    if (value === undefined) continue;
    if (!verb.options.some((own) => own.attributeName() === key)) {
      throw new CommanderError(1, 'commander.unknownOption', `error: unknown option '${option.long}'`);
    }
    verb.setOptionValueWithSource(key, value, 'cli');
  }
};

/** The value that was typed. commander's own defaults do not count, because the declaration has the defaults. */
const ownValue = (command: Command, key: string): unknown =>
  command.getOptionValueSource(key) === 'default' ? undefined : (command.getOptionValue(key) as unknown);
