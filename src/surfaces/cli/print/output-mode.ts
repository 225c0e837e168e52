import { Failure } from '../../../domain/failure/failure.ts';

const modes = ['text', 'json', 'ndjson'] as const;
export type OutputMode = (typeof modes)[number];

/**
 * The output mode by `--format`, then `--json`, then ALEPH_AGENT_OUTPUT (conventions.md §1.2); null where none of them is given. It is read
 * before anything else is parsed, so that even a wrong flag is answered in the right form. Throws `USAGE` for an unknown mode.
 */
export const outputMode = (argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): OutputMode | null => {
  const beforeDashes = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const place = beforeDashes.findLastIndex((word) => word === '--format' || word.startsWith('--format='));
  const asked =
    place < 0
      ? undefined
      : beforeDashes[place] === '--format'
        ? (beforeDashes[place + 1] ?? '')
        : beforeDashes[place]?.slice('--format='.length);
  if (asked === undefined && beforeDashes.includes('--json')) return 'json';
  const mode = asked ?? (environment['ALEPH_AGENT_OUTPUT'] || null);
  if (mode === null) return null;
  const known = modes.find((candidate) => candidate === mode);
  if (known !== undefined) return known;
  const source = asked === undefined ? 'ALEPH_AGENT_OUTPUT' : '--format';
  throw new Failure('USAGE', `${source} "${mode}" is not right: it takes one of ${modes.join(', ')}.`);
};
