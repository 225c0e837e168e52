import type * as z from 'zod';
import type { AnyCommand } from '../contract/declare/command.ts';
import { describe } from '../contract/declare/describe.ts';
import type { InputField } from '../contract/declare/input-fields.ts';
import { type Check, Failure } from '../domain/failure/failure.ts';
import { helpOf } from '../domain/suggest/fix.ts';
import { nearest } from '../domain/text/nearest.ts';
import { correctedValue } from './corrected-value.ts';
import { hideKeys, withoutKeys } from './hide-keys.ts';
import { withdrawnInput } from './withdrawn-input.ts';

const strictly = new WeakMap<AnyCommand['input'], AnyCommand['input']>();

/** What an input may be and nothing beside it, made once: a program that serves parses thousands. */
const strict = (input: AnyCommand['input']): AnyCommand['input'] => {
  const made = strictly.get(input) ?? input.strict();
  strictly.set(input, made);
  return made;
};

/**
 * Parses raw values into a command's input. Throws one `USAGE` (or `INPUT_MISSING`) that names every problem, the value found and what
 * would be right.
 */
export const parseInput = (command: AnyCommand, raw: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const parsed = strict(command.input).safeParse(raw);
  if (parsed.success) return parsed.data;
  const described = describe(command);
  const { inputs } = described;
  const issues = parsed.error.issues as z.core.$ZodIssue[];
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const withdrawn = unknown.map((key) => withdrawnInput(described, key)).find((failure) => failure !== null);
  if (withdrawn !== undefined) throw withdrawn;
  const problems = issues.flatMap((issue) => problemsOf(issue, inputs, raw));
  const checks = problems.map(({ check }) => check);
  const missing = problems.every((problem) => problem.missing);
  const corrected = problems.map((problem) => problem.corrected);
  const typed = ['aleph-agent', command.name, ...inputs.filter((field) => field.required).map(placeholder)].join(' ');
  const failure = new Failure(missing ? 'INPUT_MISSING' : 'USAGE', `${checks.map(({ message }) => message).join('; ')}.`, {
    checks,
    // only where all of it can be put right
    ...(corrected.every((pair) => pair != null) ? { facts: { corrected: Object.fromEntries(corrected) } } : {}),
    fix: helpOf(command.name, missing ? `Give it: ${typed}` : 'See what it takes.'),
  });
  throw withoutKeys(failure);
};

/** A field as one types it: `NAME`, `--ttl`. */
export const labelOf = (field: InputField): string => (field.position === null ? `--${field.flag}` : field.flag.toUpperCase());

/** A flag with a placeholder for its value: `--ttl TTL`. */
const placeholder = (field: InputField): string =>
  field.position === null ? `--${field.flag} ${field.flag.toUpperCase()}` : labelOf(field);

interface Problem {
  missing: boolean;
  check: Check;
  /** The wrong value and what it almost certainly stands for. */
  corrected?: readonly [given: string, right: string];
}

const problemsOf = (issue: z.core.$ZodIssue, inputs: readonly InputField[], raw: Readonly<Record<string, unknown>>): Problem[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const near = nearest(
        key,
        inputs.map((input) => input.key),
      );
      const right = near.length === 0 ? 'no input' : near.join(', ');
      return {
        missing: false,
        check: { code: 'USAGE', figure: key, limit: right, message: `"${key}" is no input here (nearest: ${right})` },
      };
    });
  }
  const field = inputs.find((input) => input.key === issue.path[0]);
  const found = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
  const label = field === undefined ? String(issue.path[0] ?? 'input') : labelOf(field);
  if (found === undefined && issue.code === 'invalid_type') {
    return [{ missing: true, check: { code: 'INPUT_MISSING', figure: '', limit: wanted(issue, field), message: `${label} is missing` } }];
  }
  const right = wanted(issue, field);
  if (field === undefined || issue.path.length === 0) {
    return [{ missing: false, check: { code: 'USAGE', figure: '', limit: right, message: issue.message } }];
  }
  const figure = hideKeys(typeof found === 'string' ? found : (JSON.stringify(found) ?? ''));
  const message = `${label} "${figure.slice(0, 80)}" is not right: it takes ${right}`;
  const guess = typeof found === 'string' && found === figure.slice(0, 80) ? correctedValue(field, found, right) : null;
  const corrected = guess === null ? {} : { corrected: [figure, guess] as const };
  return [{ missing: false, check: { code: 'USAGE', figure: figure.slice(0, 80), limit: right, message }, ...corrected }];
};

/** What would be right: the declaration's own words where it has some, else words made from the schema. */
const wanted = (issue: z.core.$ZodIssue, field: InputField | undefined): string => {
  const isOurs = issue.code === 'custom' || issue.code === 'invalid_format' || issue.code === 'invalid_union';
  if (field === undefined || isOurs) return issue.message;
  if (field.choices !== null) return `one of ${field.choices.join(', ')}`;
  const { minimum, maximum } = field;
  const kind = { integer: 'a whole number', number: 'a number', boolean: 'true or false', string: 'text' }[field.type];
  if (minimum !== null && maximum !== null) return `${kind} of ${minimum} to ${maximum}`;
  if (minimum !== null) return `${kind} of at least ${minimum}`;
  if (maximum !== null) return `${kind} of at most ${maximum}`;
  return issue.code === 'invalid_type' || field.many ? kind : issue.message;
};
