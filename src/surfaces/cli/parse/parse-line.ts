import { CommanderError } from 'commander';
import type { Described } from '../../../contract/declare/describe.ts';
import type { Manifest } from '../../../contract/declare/manifest.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { helpOf } from '../../../domain/suggest/fix.ts';
import { editDistance } from '../../../domain/text/edit-distance.ts';
import { nearest } from '../../../domain/text/nearest.ts';
import { flagSynonym, synonyms } from '../../../domain/text/synonyms.ts';
import { hideKeys } from '../../hide-keys.ts';
import { withdrawnInput } from '../../withdrawn-input.ts';
import { withoutAliases } from './aliases.ts';
import { asFlags, topicIn } from './asked-for-help.ts';
import { buildProgram, type Selection } from './build-program.ts';
import { globals } from './globals.ts';
import { groupHelp } from './help.ts';
import { nearestCommands } from './nearest-commands.ts';

/** `topic`: a page of the manual; beside a help text one of the command's own name, where there is such a page. */
export type Parsed =
  | { kind: 'help'; text: string; topic: string | null }
  | { kind: 'topic'; name: string }
  | { kind: 'version' }
  | { kind: 'selection'; selection: Selection };

/** Parses a command line. Throws `USAGE` for every problem, naming the word and what would be right. */
export const parseLine = (
  manifest: Manifest,
  version: string,
  given: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Parsed => {
  const topic = topicIn(given);
  const isNoun = manifest.commands.some(({ name }) => name.split(' ')[0] === topic);
  if (topic !== null && !isNoun) return { kind: 'topic', name: topic };
  const argv = asFlags(given);
  let help = '';
  let selection: Selection | null = null;
  const program = buildProgram(manifest, namedIn(manifest, argv), version, environment, {
    help: (text) => {
      help += text;
    },
    select: (selected) => {
      selection = selected;
    },
    unknown: (group, words) => {
      throw unknownCommand(manifest, group, words);
    },
  });
  try {
    program.parse([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === 'commander.version') return { kind: 'version' };
    if (thrown.code === 'commander.helpDisplayed') return { kind: 'help', text: help, topic };
    if (thrown.code === 'commander.help') return { kind: 'help', text: bareGroup(manifest, argv, program.helpInformation()), topic };
    throw wrongFlag(manifest, program.args, thrown, argv);
  }
  if (selection === null) return { kind: 'help', text: program.helpInformation(), topic };
  return { kind: 'selection', selection };
};

/** The commands of the nouns that stand anywhere in the line. Building a parser for all commands costs more than the parsing. */
const namedIn = ({ commands }: Manifest, argv: readonly string[]): readonly Described[] => {
  const named = commands.filter(({ name }) => argv.includes(name.split(' ')[0] ?? name));
  return named.length === 0 ? commands : named;
};

/** `aleph-agent` alone shows the help, and a noun without a verb shows its verbs. */
const bareGroup = (manifest: Manifest, argv: readonly string[], help: string): string => {
  const noun = groupIn(manifest, argv);
  return noun === '' ? help : groupHelp(manifest, noun);
};

/** The longest group that these words name in order, with or without flags between them: `vm port`; '' for none. */
const groupIn = (manifest: Manifest, argv: readonly string[]): string =>
  argv.reduce((group, word) => {
    const longer = `${group} ${word}`.trim();
    return manifest.commands.some(({ name }) => name.startsWith(`${longer} `)) ? longer : group;
  }, '');

const unknownCommand = (manifest: Manifest, group: string, words: readonly string[]): Failure => {
  const plain = words.slice(0, group === '' ? 2 : 1).filter((word) => !word.startsWith('-'));
  const near = nearestCommands(manifest.commands, group, plain);
  const corrected = correctedWords([...group.split(' ').filter((word) => word !== ''), ...plain], near[0]?.split(' ') ?? []);
  const asTyped = hideKeys([group, words[0] ?? ''].join(' ').trim());
  return new Failure('USAGE', `There is no command "${asTyped.slice(0, 60)}". Nearest: ${near.join(', ')}.`, {
    facts: { nearest: near, ...corrected },
    fix: helpOf(near[0] ?? null, 'Take one of the nearest.'),
  });
};

/** Each word that is not the nearest command's, with the one that was meant; nothing where the command is another one altogether. */
const correctedWords = (typed: readonly string[], meant: readonly string[]): { corrected?: Record<string, string> } => {
  const pairs = meant.map((word, place) => [typed[place] ?? '', word] as const).filter(([given, word]) => given !== word);
  // a short word is near to many others
  const isMeant = ([given, word]: readonly [string, string]): boolean =>
    synonyms(given).includes(word) || editDistance(given, word) <= Math.min(2, Math.floor((word.length - 1) / 2));
  return pairs.length > 0 && pairs.every(isMeant) ? { corrected: Object.fromEntries(pairs) } : {};
};

/** Turns commander's error into a failure with a sentence of ours. The wrong word is the one in the error's quotes. */
const wrongFlag = (manifest: Manifest, words: readonly string[], error: CommanderError, argv: readonly string[]): Failure => {
  // a verb stands after the command of its group's name
  const command = manifest.commands.findLast(({ name }) => {
    const typed = words.slice(0, name.split(' ').length);
    return name === typed.join(' ') || name === withoutAliases(typed).join(' ');
  });
  const name = command?.name ?? null;
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const withdrawn = command === undefined ? null : withdrawnInput(command, keyOf(quoted));
  if (withdrawn !== null) return withdrawn;
  const flags = [
    ...(command?.inputs.flatMap((field) => (field.position === null ? `--${field.flag}` : [])) ?? []),
    ...(command?.dryRun ? ['--dry-run'] : []),
    ...(command?.watch ? ['--watch'] : []),
    ...['--json', '--format', '--fields', '--full', '--brief', '--network', '--account', '--task', '--timeout', '--yes', '--no-input'],
  ];
  const meant = flagSynonym(quoted.split('=')[0] ?? quoted);
  const near = [...new Set([...(meant !== null && flags.includes(meant) ? [meant] : []), ...nearest(quoted, flags)])].slice(0, 3);
  // in "vm exec ci ls -la" the words after the name belong to another program
  const others = command?.kind === 'session' && command.inputs.some(({ many, position }) => many && position !== null);
  const after = others ? '; flags of the command in the VM come after --' : '';
  const line = name === null ? 'aleph-agent' : `aleph-agent ${name}`;
  const sentences: Readonly<Record<string, string>> = {
    'commander.unknownOption': `${line} has no flag ${quoted} (nearest: ${near.join(', ')}${after}).`,
    'commander.optionMissingArgument': `${quoted.split(' ')[0]?.replace(',', '')} needs a value: ${quoted}.`,
    'commander.excessArguments': `${line} was given more words than it takes: ${words.slice(-3).join(' ')}.`,
  };
  const bare = quoted.split('=')[0] ?? quoted;
  const [flag] = near;
  // a flag that takes no value would leave the value of the one that was typed as a word of the command
  const isOfKind = meant !== flag || takesValue(command, flag) || !isFollowedByWord(argv, bare);
  const isMeant =
    flag !== undefined && (meant === flag || editDistance(bare, flag) <= 2) && isOfKind && error.code === 'commander.unknownOption';
  return new Failure('USAGE', sentences[error.code] ?? `The command line is not right: ${error.message.replace(/^error: /, '')}.`, {
    ...(isMeant ? { facts: { corrected: { [bare]: flag } } } : {}),
    fix: helpOf(name, 'See its flags.'),
  });
};

const takesValue = (command: Described | undefined, flag: string): boolean =>
  command?.inputs.some((field) => `--${field.flag}` === flag && field.type !== 'boolean') === true ||
  globals.some(({ flags }) => flags.startsWith(`${flag} <`));

/** Does a word come after this flag, or with it, that may be its value? */
const isFollowedByWord = (argv: readonly string[], flag: string): boolean => {
  const place = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  const next = argv[place + 1];
  return argv[place]?.includes('=') === true || (next !== undefined && !next.startsWith('-'));
};

/** The key of an input that is given as this flag: `acceptTerms` for `--accept-terms`. */
const keyOf = (flag: string): string =>
  flag
    .replace(/^--/, '')
    .replace(/=.*/s, '')
    .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
