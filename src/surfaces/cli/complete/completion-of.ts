import type { Described } from '../../../contract/declare/describe.ts';
import { whatItDoes } from '../../../contract/declare/flag-words.ts';
import type { InputField } from '../../../contract/declare/input-fields.ts';
import { failureCodes } from '../../../domain/failure/failure-codes.ts';
import { settingKeys } from '../../../domain/limits/setting-keys.ts';
import { globals } from '../parse/globals.ts';
import { flagField, type LineSoFar, lineSoFar } from './line-so-far.ts';

export interface Candidate {
  value: string;
  what: string;
}

/** Names that are stored on this machine; reading them asks no network and opens no key. */
export interface LocalNames {
  vms(network: string | null): Promise<Candidate[]>;
  nodes(network: string | null, typed: string): Promise<Candidate[]>;
  keys(): Candidate[];
  networks(): string[];
}

/** `files`: the shell completes file names itself. `nospace`: the word is not finished yet. */
export interface Completion {
  kind: 'words' | 'files' | 'nospace';
  candidates: Candidate[];
}

const files: Completion = { kind: 'files', candidates: [] };
const plain = (values: readonly string[]): Candidate[] => values.map((value) => ({ value, what: '' }));

/** The completions of the last of these words, which is being typed. */
export const completionOf = async (commands: readonly Described[], words: readonly string[], names: LocalNames): Promise<Completion> => {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const line = lineSoFar(commands, before);
  const [flag = '', value] = typed.split('=', 2);
  if (line.valueOf === null && !line.beyond && typed.startsWith('--') && value !== undefined) {
    const inner = await flagValues({ ...line, valueOf: flag.slice(2) }, value, names);
    return inner.kind === 'files' ? inner : matching(prefixed(inner, `${flag}=`), typed);
  }
  // bash passes on only the part after a "="
  const part = typed === '=' ? '' : typed;
  return matching(await offered(commands, line, part, names), part);
};

const prefixed = ({ kind, candidates }: Completion, prefix: string): Completion => ({
  kind,
  candidates: candidates.map(({ value, what }) => ({ value: prefix + value, what })),
});

const matching = ({ kind, candidates }: Completion, typed: string): Completion => ({
  kind,
  candidates: candidates.filter(({ value }) => value.startsWith(typed)),
});

const offered = async (commands: readonly Described[], line: LineSoFar, typed: string, names: LocalNames): Promise<Completion> => {
  if (line.beyond) return files;
  if (line.valueOf !== null) return flagValues(line, typed, names);
  if (typed.startsWith('-')) return { kind: 'words', candidates: flagsOf(line) };
  const verbs = line.filled === 0 ? verbsOf(commands, line.group) : [];
  const position = line.command?.inputs.filter((field) => field.position !== null) ?? [];
  const field = position[line.filled] ?? (position.at(-1)?.many ? position.at(-1) : undefined);
  if (field === undefined || line.command === null) return { kind: 'words', candidates: verbs };
  const { kind, candidates } = await fieldValues(field, line, typed, names);
  return { kind, candidates: [...verbs, ...candidates] };
};

/** The next words of commands in a group: nouns first, then verbs. */
const verbsOf = (commands: readonly Described[], group: string): Candidate[] => {
  const depth = group === '' ? 0 : group.split(' ').length;
  const below = commands.filter(({ name }) => group === '' || name.startsWith(`${group} `));
  const next = new Map<string, string>();
  for (const { name, summary } of below) {
    const words = name.split(' ');
    const word = words[depth];
    if (word !== undefined && !next.has(word)) next.set(word, words.length === depth + 1 ? summary : '');
  }
  return [...next].map(([value, what]) => ({ value, what }));
};

const flagsOf = ({ command }: LineSoFar): Candidate[] => {
  const flags = (command?.inputs ?? []).flatMap((field) => {
    if (field.position !== null) return [];
    return [{ value: `--${field.type === 'boolean' && field.default === true ? 'no-' : ''}${field.flag}`, what: whatItDoes(field) }];
  });
  const changes = command === null || command.kind === 'change';
  const shared = globals
    .filter((flag) => changes || flag.changes === undefined)
    .map(({ flags, description }) => ({ value: flags.split(' ')[0] ?? flags, what: description }));
  const all = [...flags, ...(command?.dryRun ? [{ value: '--dry-run', what: 'Show the plan, do nothing' }] : []), ...shared];
  return [...all.filter(({ value }, place) => all.findIndex((other) => other.value === value) === place), { value: '--help', what: '' }];
};

const flagValues = async (line: LineSoFar, typed: string, names: LocalNames): Promise<Completion> => {
  const name = line.valueOf ?? '';
  const field = flagField(line.command, name);
  if (field !== null) return fieldValues(field, line, typed, names);
  const fixed: Readonly<Record<string, readonly string[]>> = { format: ['text', 'json', 'ndjson'], color: ['auto', 'always', 'never'] };
  if (name === 'network') return { kind: 'words', candidates: plain(names.networks()) };
  if (name === 'account') return { kind: 'words', candidates: names.keys() };
  if (name === 'passphrase-file') return files;
  return { kind: 'words', candidates: plain(fixed[name] ?? []) };
};

/** Completions of an input's value. An input key means the same in every command (conventions.md §7), so the key decides. */
const fieldValues = async (field: InputField, { command, given }: LineSoFar, typed: string, names: LocalNames): Promise<Completion> => {
  const network = given['network'] ?? null;
  const words = (candidates: Candidate[]): Completion => ({ kind: 'words', candidates });
  if (field.choices !== null) return words(plain(field.choices));
  const name = command?.name ?? '';
  if (['vm', 'vms'].includes(field.key) || name === 'ledger show') return words(await names.vms(network));
  if (field.key === 'crn') {
    const nodes = await names.nodes(network, typed);
    return words(field.position === null ? [{ value: 'auto', what: 'Chosen for you' }, ...nodes] : nodes);
  }
  if (field.key === 'name' && (name === 'keys use' || name === 'keys show')) return words(names.keys());
  if (field.key === 'key') return words(plain(settingKeys));
  if (field.key === 'code') return words(Object.entries(failureCodes).map(([value, { meaning }]) => ({ value, what: meaning })));
  if (name === 'vm cp') return ofCopy(await names.vms(network), typed);
  return ['file', 'sshKey', 'dir', 'out', 'state', 'privateKey'].includes(field.key) ? files : words([]);
};

/** Completions of a place for `vm cp`: a VM's `NAME:`, to be followed by a path in it, or a file of this machine. */
const ofCopy = (vms: Candidate[], typed: string): Completion => {
  const fitting = vms.filter(({ value }) => value.startsWith(typed)).map(({ value, what }) => ({ value: `${value}:`, what }));
  return fitting.length === 0 || typed === '' ? files : { kind: 'nospace', candidates: fitting };
};
