import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { isItemHash } from '../item-hash.ts';

interface Problem {
  type: string;
  loc: (string | number)[];
  msg: string;
  input: unknown;
  /** What the sentence was made of; some kinds of problem have none. */
  ctx?: Record<string, unknown>;
}

/** Ends the request with text. */
export const refuse = (status: number, text: string): HTTPException =>
  new HTTPException(status as 400, { res: new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } }) });

/** Ends the request as the server's model library does: 422 with a list of problems, which most routes label as text. */
export const unprocessable = (problems: readonly Problem[]): HTTPException =>
  refuse(422, JSON.stringify(problems.map((problem) => ({ ...problem, url: `https://errors.pydantic.dev/2.10/v/${problem.type}` }))));

/** A problem with a value for which the server has a sentence of its own. */
export const valueError = (loc: (string | number)[], error: string, input: unknown): HTTPException =>
  unprocessable([{ type: 'value_error', loc, msg: `Value error, ${error}`, input, ctx: { error } }]);

const badField = (name: string, type: string, msg: string, input: unknown, ctx?: Record<string, unknown>): HTTPException =>
  unprocessable([{ type, loc: [name], msg, input, ...(ctx === undefined ? {} : { ctx }) }]);

/** `'a', 'b' or 'c'`. */
const oneOf = (known: readonly string[]): string => {
  const quoted = known.map((value) => `'${value}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
};

const notOneOf = (known: readonly string[], loc: (string | number)[], input: string): Problem => {
  const expected = oneOf(known);
  return { type: 'enum', loc, msg: `Input should be ${expected}`, input, ctx: { expected } };
};

/** A comma-separated list; null when absent or empty. */
export const listOf = (c: Context, ...names: string[]): string[] | null => {
  const text = names.map((name) => c.req.query(name)).find((value) => value !== undefined && value !== '');
  return text === undefined ? null : text.split(',');
};

/** A list whose members must be known. */
export const choiceOf = (c: Context, known: readonly string[], ...names: string[]): string[] | null => {
  const list = listOf(c, ...names);
  const problems = (list ?? []).flatMap((value, index) => (known.includes(value) ? [] : [notOneOf(known, [names[0] ?? '', index], value)]));
  if (problems.length > 0) throw unprocessable(problems);
  return list;
};

/** One value of those known; null when absent. */
export const oneChoiceOf = (c: Context, known: readonly string[], name: string): string | null => {
  const value = c.req.query(name);
  if (value === undefined || known.includes(value)) return value ?? null;
  throw unprocessable([notOneOf(known, [name], value)]);
};

/** A list of item hashes. */
export const hashesOf = (c: Context, name: string): string[] | null => {
  const list = listOf(c, name);
  const bad = (list ?? []).findIndex((hash) => !isItemHash(hash));
  if (bad < 0) return list;
  throw valueError([name, bad], `Could not determine hash type: '${list?.[bad]}'`, list?.[bad]);
};

export const integerOf = (c: Context, name: string, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER): number => {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text === '' || !Number.isInteger(value)) {
    throw badField(name, 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer', text);
  }
  if (value < min) throw badField(name, 'greater_than_equal', `Input should be greater than or equal to ${min}`, text, { ge: min });
  if (value > max) throw badField(name, 'less_than_equal', `Input should be less than or equal to ${max}`, text, { le: max });
  return value;
};

export const numberOf = (c: Context, name: string): number | null => {
  const text = c.req.query(name);
  if (text === undefined) return null;
  const value = Number(text);
  if (text === '' || Number.isNaN(value))
    throw badField(name, 'float_parsing', 'Input should be a valid number, unable to parse string as a number', text);
  if (value < 0) throw badField(name, 'greater_than_equal', 'Input should be greater than or equal to 0', text, { ge: 0 });
  return value;
};

/** A text of at most `max` characters; empty when absent. */
export const lengthOf = (c: Context, name: string, max: number): string => {
  const text = c.req.query(name) ?? '';
  if (text.length <= max) return text;
  throw badField(name, 'string_too_long', `String should have at most ${max} characters`, text, { max_length: max });
};

export interface Dates {
  start: number | null;
  end: number | null;
}

/** `startDate` (inclusive) and `endDate` (exclusive), in seconds; nought is none. */
export const datesOf = (c: Context): Dates => {
  const [start, end] = [numberOf(c, 'startDate') || null, numberOf(c, 'endDate') || null];
  if (start !== null && end !== null && end < start) throw valueError([], 'end date cannot be lower than start date.', c.req.query());
  return { start, end };
};

export const within = ({ start, end }: Dates, seconds: number): boolean =>
  (start === null || seconds >= start) && (end === null || seconds < end);

export const flagOf = (c: Context, name: string): boolean => /^(true|1|yes|on)$/i.test(c.req.query(name) ?? '');

/** Newest first unless asked otherwise. */
export const descending = (c: Context, name = 'sortOrder'): boolean => {
  const text = c.req.query(name);
  if (text === undefined || text === '-1' || text === '1') return text !== '1';
  throw badField(name, 'enum', 'Input should be -1 or 1', text, { expected: '-1 or 1' });
};

/** Lists are ordered by time here; by the time of confirmation the devnet orders nothing, and says so. */
export const requireTimeOrder = (c: Context): void => {
  const by = oneChoiceOf(c, ['time', 'tx-time'], 'sortBy');
  if (by === 'tx-time') throw refuse(501, 'This devnet does not order by tx-time. See docs/devnet.md.');
};

export interface Page {
  page: number;
  /** 0 is everything. */
  perPage: number;
}

export const pageOf = (c: Context, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): Page => ({
  page: integerOf(c, 'page', 1, 1),
  perPage: integerOf(c, 'pagination', fallback, min, max),
});

/** `N` of a path that ends in `N.json`. */
export const pathPage = (c: Context): number => {
  const text = (c.req.param('page') ?? '').slice(0, -'.json'.length);
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw refuse(400, `Invalid page value in path: ${text}`);
  if (Number(text) < 1) throw refuse(422, 'Page number must be greater than 1.');
  return Number(text);
};

export const slicePage = <T>(items: readonly T[], { page, perPage }: Page): T[] =>
  perPage === 0 ? [...items] : items.slice((page - 1) * perPage, page * perPage);

/** The item hash in the path; 400 when it is none. */
export const hashParam = (c: Context): string => {
  const hash = c.req.param('hash') ?? '';
  if (!isItemHash(hash)) throw refuse(400, `Invalid message hash: ${hash}`);
  return hash;
};
