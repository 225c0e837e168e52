import type { Described } from '../../../contract/declare/describe.ts';
import { valueWord, whatItDoes } from '../../../contract/declare/flag-words.ts';
import type { InputField } from '../../../contract/declare/input-fields.ts';
import type { Manifest } from '../../../contract/declare/manifest.ts';
import { failureCodes } from '../../../domain/failure/failure-codes.ts';
import { commandLine } from '../../../domain/suggest/command-line.ts';
import { hangText, wrapText } from '../print/wrap-text.ts';
import { globals } from './globals.ts';

/** Columns of every help text: the build writes it once, for any terminal. */
const width = 80;

/** What a flag does begins here where the flag is short enough; a longer one has a line of its own. */
const indent = 23;

/**
 * The rows of the program's own help: a label, and the commands and groups under it, each group with its verbs. A row of one group has that
 * group's name.
 */
const rows: readonly (readonly [label: string, ...names: string[]])[] = [
  ['start here', 'demo', 'init', 'status', 'dashboard', 'doctor', 'crash-test'],
  ['vm'],
  ['crns'],
  ['credits'],
  ['keys'],
  ['policy'],
  ['a person', 'approve', 'deny', 'approvals', 'freeze', 'thaw'],
  ['agents'],
  ['a safe', 'serve', 'join', 'leave', 'whoami'],
  ['authz'],
  ['ledger'],
  ['gc'],
  ['devnet'],
  ['clients', 'mcp', 'call', 'plugin', 'skill', 'profile'],
  ['yours', 'config', 'completion'],
  ['look up', 'help', 'schema', 'commands', 'errors', 'exit-codes'],
];

export const rootHelp = ({ commands }: Manifest): string => {
  const verbsOf = (name: string): string[] => [
    ...new Set(commands.flatMap((each) => (each.name.startsWith(`${name} `) ? (each.name.split(' ')[1] ?? []) : []))),
  ];
  const isThere = (name: string): boolean =>
    name === 'help' || commands.some((each) => each.name === name || each.name.startsWith(`${name} `));
  const shown = (name: string): string => (verbsOf(name).length === 0 ? name : `${name} [${verbsOf(name).join('|')}]`);
  const placed = rows.flat();
  // whatever has no row yet gets one of its own
  const others = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))].filter((noun) => !placed.includes(noun));
  const lines = [...rows, ...others.map((noun) => [noun] as const)].flatMap(([label, ...names]) => {
    const there = names.filter(isThere);
    if (names.length > 0) return there.length === 0 ? [] : wrapped(`  ${label.padEnd(10)} `, there.map(shown).join('  '));
    return isThere(label) ? wrapped(`  ${label.padEnd(10)} `, verbsOf(label).join(' ')) : [];
  });
  const everywhere = globals.filter(({ quiet, changes }) => quiet === undefined && changes === undefined);
  return [
    'aleph-agent: rent VMs on Aleph Cloud within a budget you set.',
    '',
    ...lines,
    '',
    ...wrapped('Everywhere:  ', everywhere.map(({ flags }) => flags.replace(' <', '=<')).join(' ')),
    '',
    'COMMAND --help: examples, flags, failures. help TOPIC: a page of the manual.',
    '',
  ].join('\n');
};

/** Words after a label, on lines that align with the first word. */
const wrapped = (label: string, words: string): string[] => {
  const lines = [label];
  for (const word of words.split(' ')) {
    const last = lines.at(-1) ?? '';
    const longer = last.endsWith(' ') ? last + word : `${last} ${word}`;
    if (longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(' '.repeat(label.length) + word);
  }
  return lines;
};

export const groupHelp = ({ commands }: Manifest, noun: string): string =>
  [
    `aleph-agent ${noun}:`,
    '',
    ...commands.filter(({ name }) => name === noun || name.startsWith(`${noun} `)).map(({ name, summary }) => row(name, summary)),
    '',
    `aleph-agent ${noun} VERB --help shows examples, flags and failures.`,
    '',
  ].join('\n');

/** The help of one command: examples first, failures last. */
export const commandHelp = (command: Described): string => {
  const { name, summary, examples, inputs, failures } = command;
  const also = [
    ...(command.watch ? ['--watch (refresh in place)'] : []),
    ...(command.dryRun ? ['--dry-run'] : []),
    ...(command.kind === 'change' ? ['--yes', '--approval ID', '--purpose TEXT', '--passphrase-file PATH'] : []),
  ];
  const flags = [
    ...inputs.map((field) => row(field.position === null ? flagOf(field) : place(field), explain(field))),
    ...(also.length === 0 ? [] : [`  Also ${hangText(also.join(', '), width, 7)}`]),
  ];
  const parts = [
    [`aleph-agent ${[name, ...inputs.filter(({ position }) => position !== null).map(place)].join(' ')}`, wrapText(summary, width)],
    examples.map(example),
    flags,
    failures.length === 0 ? [] : [failureLine(command)],
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
};

/** A line to type, with why beside it, or above it where both are too long for one line. */
const example = ({ line, why }: Described['examples'][number]): string => {
  const beside = `  aleph-agent ${line}    # ${why}`;
  return beside.length <= width ? beside : `  # ${why}\n  aleph-agent ${line}`;
};

const row = (left: string, right: string): string => {
  const isShort = left.length <= indent - 3;
  const text = hangText(right, width, indent);
  return (isShort ? `  ${left.padEnd(indent - 2)}${text}` : `  ${left}\n${' '.repeat(indent)}${text}`).trimEnd();
};

const place = (field: InputField): string => {
  const word = field.flag.toUpperCase() + (field.many ? '...' : '');
  return field.required ? word : `[${word}]`;
};

const flagOf = (field: InputField): string => {
  const short = field.short === null ? '' : `-${field.short}, `;
  if (field.type !== 'boolean') return `${short}--${field.flag} ${valueWord(field)}`;
  return field.default === true ? `--no-${field.flag}` : `${short}--${field.flag}`;
};

const explain = (field: InputField): string => {
  const { minimum, maximum } = field;
  // a limit above a thousand guards against nonsense and is no advice
  const range = minimum !== null && maximum !== null && maximum <= 1000 ? `${minimum}-${maximum}` : null;
  const shown = field.default !== null && field.type !== 'boolean' && !(Array.isArray(field.default) && field.default.length === 0);
  const notes = [
    ...(range === null ? [] : [range]),
    ...(shown ? [`default ${field.default}`] : []),
    ...(field.required && field.position === null ? ['required'] : []),
    ...(field.many && field.position === null ? ['repeatable'] : []),
  ];
  return whatItDoes(field) + (notes.length === 0 ? '' : ` (${notes.join(', ')})`);
};

/** `Fails: 4 TOO_MANY_VMS, TTL_TOO_LONG; 5 CREDITS_SHORT`; where that takes more than two lines, where they are looked up. */
const failureLine = ({ name, failures }: Described): string => {
  const exits = [...new Set(failures.map((code) => failureCodes[code].exit))].sort((a, b) => a - b);
  const whole = exits.map((exit) => `${exit} ${failures.filter((code) => failureCodes[code].exit === exit).join(', ')}`).join('; ');
  const lines = hangText(`Fails: ${whole}`, width, 7);
  return lines.split('\n').length <= 2 ? lines : `Failures with their exit codes: ${commandLine('schema', ...name.split(' '))}`;
};
