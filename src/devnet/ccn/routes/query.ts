import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { itemTypeOf } from '../item-hash.ts';

interface Problem {
  type: string;
  loc: string[];
  msg: string;
  input: unknown;
}

/** Ends the request with text. */
export const refuse = (status: number, text: string): HTTPException =>
  new HTTPException(status as 400, { res: new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } }) });

/** Ends the request as the server's model library does: 422 with a list of problems. */
export const unprocessable = (problems: readonly Problem[]): HTTPException => {
  const body = problems.map((problem) => ({ ...problem, url: `https://errors.pydantic.dev/2.10/v/${problem.type}` }));
  return new HTTPException(422, { res: Response.json(body, { status: 422 }) });
};

const badField = (name: string, type: string, msg: string, input: unknown): HTTPException =>
  unprocessable([{ type, loc: [name], msg, input }]);

/** A comma-separated list; null when absent or empty. */
export const listOf = (c: Context, ...names: string[]): string[] | null => {
  const text = names.map((name) => c.req.query(name)).find((value) => value !== undefined && value !== '');
  return text === undefined ? null : text.split(',');
};

/** A list whose members must be known. */
export const choiceOf = (c: Context, known: readonly string[], ...names: string[]): string[] | null => {
  const list = listOf(c, ...names);
  const stranger = list?.find((value) => !known.includes(value));
  if (stranger === undefined) return list;
  throw badField(names[0] ?? '', 'enum', `Input should be ${known.map((value) => `'${value}'`).join(', ')}`, stranger);
};

export const integerOf = (c: Context, name: string, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER): number => {
  const text = c.req.query(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text === '' || !Number.isInteger(value)) {
    throw badField(name, 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer', text);
  }
  if (value < min) throw badField(name, 'greater_than_equal', `Input should be greater than or equal to ${min}`, text);
  if (value > max) throw badField(name, 'less_than_equal', `Input should be less than or equal to ${max}`, text);
  return value;
};

export const numberOf = (c: Context, name: string): number | null => {
  const text = c.req.query(name);
  if (text === undefined) return null;
  const value = Number(text);
  if (text === '' || Number.isNaN(value))
    throw badField(name, 'float_parsing', 'Input should be a valid number, unable to parse string as a number', text);
  return value;
};

export const flagOf = (c: Context, name: string): boolean => /^(true|1|yes|on)$/i.test(c.req.query(name) ?? '');

/** Newest first unless asked otherwise. */
export const descending = (c: Context, name = 'sortOrder'): boolean => integerOf(c, name, -1, -1, 1) !== 1;

export interface Page {
  page: number;
  /** 0 is everything. */
  perPage: number;
}

export const pageOf = (c: Context, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): Page => ({
  page: integerOf(c, 'page', 1, 1),
  perPage: integerOf(c, 'pagination', fallback, min, max),
});

export const slicePage = <T>(items: readonly T[], { page, perPage }: Page): T[] =>
  perPage === 0 ? [...items] : items.slice((page - 1) * perPage, page * perPage);

/** The item hash in the path; 400 when it is none. */
export const hashParam = (c: Context): string => {
  const hash = c.req.param('hash') ?? '';
  if (itemTypeOf(hash) === null) throw refuse(400, `Invalid message hash: ${hash}`);
  return hash;
};
