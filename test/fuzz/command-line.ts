import fc from 'fast-check';
import type { Described } from '../../src/contract/declare/describe.ts';
import type { InputField } from '../../src/contract/declare/input-fields.ts';
import { globals } from '../../src/surfaces/cli/parse/globals.ts';
import { wordsOf } from '../support/binary.ts';
import { nastyText } from './nasty.ts';

export interface Line {
  argv: string[];
  environment: Record<string, string>;
}

const usual: Readonly<Record<string, readonly string[]>> = {
  string: [
    'ci',
    'web',
    'debian12',
    'agent',
    'auto',
    'nightly',
    '4h',
    '90m',
    '0.05',
    '2026-11-20T16:00:00Z',
    '80',
    '80/tcp',
    'ci:/tmp/x',
    'x',
  ],
  integer: ['0', '1', '2', '3', '12', '13', '100', '16384'],
  number: ['0', '0.1', '1', '2.5'],
  boolean: ['true', 'false'],
};

const givenFor = (field: InputField): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(field.choices ?? usual[field.type] ?? ['x'])) },
    { weight: 2, arbitrary: nastyText },
    {
      weight: 1,
      arbitrary: fc.integer({ min: (field.minimum ?? 0) - 2, max: Math.max(field.minimum ?? 0, field.maximum ?? 99) + 2 }).map(String),
    },
  );

const flagOf = (flag: string, takesValue: boolean, value: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  takesValue
    ? fc.oneof(
        { weight: 6, arbitrary: value.map((given) => [flag, given]) },
        { weight: 3, arbitrary: value.map((given) => [`${flag}=${given}`]) },
        { weight: 1, arbitrary: fc.constant<string[]>([flag]) },
      )
    : fc.oneof(
        { weight: 8, arbitrary: fc.constant<string[]>([flag]) },
        { weight: 1, arbitrary: value.map((given) => [`${flag}=${given}`]) },
        { weight: 1, arbitrary: fc.constant<string[]>([flag.replace('--', '--no-')]) },
      );

/** `--format ndjson` and `--json` are given apart, so that most lines are answered in JSON. */
const anyGlobal = fc.oneof(
  ...globals
    .filter(({ flags }) => !flags.startsWith('--json'))
    .map(({ flags }) =>
      flagOf(
        flags.split(' ')[0] ?? '',
        flags.includes('<'),
        fc.oneof(nastyText, fc.constantFrom('json', 'ndjson', 'devnet', '5m', 'items.id')),
      ),
    ),
);

const ofCommand = (command: Described): fc.Arbitrary<string[]> => {
  const places = command.inputs.filter(({ position }) => position !== null);
  const flags = command.inputs.filter(({ position }) => position === null);
  const own = [
    ...flags.map((field) => flagOf(`--${field.flag}`, field.type !== 'boolean', givenFor(field))),
    ...(command.dryRun ? [fc.constant(['--dry-run'])] : []),
  ];
  const positions = fc.tuple(...places.map((field) => fc.array(givenFor(field), { minLength: 0, maxLength: field.many ? 3 : 1 })));
  return fc
    .tuple(
      positions,
      fc.array(own.length === 0 ? anyGlobal : fc.oneof({ weight: 4, arbitrary: fc.oneof(...own) }, anyGlobal), { maxLength: 4 }),
      fc.option(nastyText, { freq: 8 }),
    )
    .map(([given, extra, stray]) => [...command.name.split(' '), ...given.flat(), ...extra.flat(), ...(stray === null ? [] : [stray])]);
};

/** An example with words dropped, doubled, moved or replaced. */
const spoiltExample = (commands: readonly Described[]): fc.Arbitrary<string[]> => {
  const lines = commands.flatMap(({ examples }) => examples.map(({ line }) => wordsOf(line)));
  return fc.tuple(fc.constantFrom(...lines), fc.nat(), fc.nat({ max: 3 }), nastyText).map(([words, at, how, word]) => {
    const place = at % words.length;
    if (how === 0) return words.toSpliced(place, 1);
    if (how === 1) return words.toSpliced(place, 0, words[place] ?? '');
    if (how === 2) return words.toSpliced(place, 1, word);
    return [...words.slice(place), ...words.slice(0, place)];
  });
};

const environments = fc.dictionary(
  fc.constantFrom('ALEPH_AGENT_OUTPUT', 'ALEPH_AGENT_TIMEOUT', 'ALEPH_AGENT_TASK', 'ALEPH_AGENT_ACCOUNT', 'CI', 'NO_COLOR', 'TERM'),
  fc.oneof(nastyText, fc.constantFrom('json', 'ndjson', 'text', '5m', 'nightly')),
  { maxKeys: 2 },
);

/** Command lines from noise to nearly right, most of them answered in JSON. */
export const commandLines = (commands: readonly Described[]): fc.Arbitrary<Line> => {
  const words = fc.oneof(
    { weight: 1, arbitrary: fc.array(nastyText, { maxLength: 5 }) },
    { weight: 6, arbitrary: fc.oneof(...commands.map(ofCommand)) },
    { weight: 2, arbitrary: spoiltExample(commands) },
  );
  return fc
    .tuple(
      words,
      fc.constantFrom(['--json'], ['--json'], ['--json'], ['--format', 'ndjson'], []),
      fc.boolean(),
      fc.option(environments, { nil: {}, freq: 3 }),
    )
    .map(([line, mode, first, environment]) => ({ argv: first ? [...mode, ...line] : beforeDashes(line, mode), environment }));
};

/** What follows `--` is another program's. */
const beforeDashes = (line: readonly string[], mode: readonly string[]): string[] => {
  const at = line.indexOf('--');
  return at < 0 ? [...line, ...mode] : [...line.slice(0, at), ...mode, ...line.slice(at)];
};
