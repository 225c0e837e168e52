import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { query } from '../../../src/contract/declare/command.ts';
import { describe as described, outputSchemaOf } from '../../../src/contract/declare/describe.ts';
import { outputPaths } from '../../../src/contract/declare/output-paths.ts';
import { duration } from '../../../src/contract/fields/fields.ts';
import { listOf } from '../../../src/contract/outputs/list-of.ts';
import { pageOf } from '../../../src/contract/outputs/page-of.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';

const command = query({
  name: 'box ls',
  summary: 'List boxes',
  audience: 'agent',
  input: z.object({
    maxUsd: z.string().optional().describe('Most'),
    deep: z.boolean().default(false).meta({ short: 'd' }),
    size: z.int().min(1).max(12).default(2),
    count: z.int().optional(),
    kind: z.enum(['red', 'blue']).default('red'),
    ttl: duration.prefault('4h'),
    ids: z.array(z.string()).default([]),
    name: z.string(),
  }),
  positionals: ['name', 'ids'],
  output: listOf(z.object({ id: z.string(), ssh: z.object({ host: z.string() }).nullable() }), { usd: z.string() }),
  failures: [],
  examples: [],
  run: async () => ({ items: [], count: 0, total: 0, nextCursor: null, totals: { usd: '0' } }),
  text: () => '',
});

describe('a declaration, described', () => {
  const { inputs } = described(command);
  const field = (key: string) => inputs.find((input) => input.key === key);

  it('has positionals first, then flags as declared', () => {
    expect(inputs.map(({ key, position }) => [key, position])).toEqual([
      ['name', 0],
      ['ids', 1],
      ['maxUsd', null],
      ['deep', null],
      ['size', null],
      ['count', null],
      ['kind', null],
      ['ttl', null],
    ]);
  });

  it('knows flag, type, choices, limits, defaults', () => {
    expect(field('maxUsd')).toMatchObject({ flag: 'max-usd', type: 'string', required: false, default: null, description: 'Most' });
    expect(field('deep')).toMatchObject({ type: 'boolean', default: false, short: 'd' });
    expect(field('size')).toMatchObject({ type: 'integer', minimum: 1, maximum: 12, default: 2 });
    expect(field('count')).toMatchObject({ type: 'integer', minimum: null, maximum: null });
    expect(field('kind')).toMatchObject({ choices: ['red', 'blue'] });
    expect(field('ttl')).toMatchObject({ type: 'string', default: '4h', required: false });
    expect(field('ids')).toMatchObject({ many: true, type: 'string', required: false });
    expect(field('name')).toMatchObject({ required: true });
  });

  it('gives seconds for a duration, its default too', () => {
    expect(command.input.parse({ name: 'a' }).ttl).toBe(14_400);
    expect(command.input.parse({ name: 'a', ttl: '90m' }).ttl).toBe(5400);
  });

  it('knows the paths of its output', () => {
    expect(outputPaths(outputSchemaOf(command))).toEqual([
      'items',
      'items.*.id',
      'items.*.ssh',
      'items.*.ssh.host',
      'count',
      'total',
      'nextCursor',
      'totals',
      'totals.usd',
    ]);
  });
});

describe('pages (conventions.md §1.5)', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'];
  const page = (limit: number, cursor?: string) => pageOf(rows, { limit, cursor }, (row) => row);

  it('join to the whole list', () => {
    const first = page(2);
    expect(first).toEqual({ items: ['a', 'b'], count: 2, total: 5, nextCursor: 'b' });
    const second = page(2, first.nextCursor ?? undefined);
    expect(page(2, second.nextCursor ?? undefined)).toEqual({ items: ['e'], count: 1, total: 5, nextCursor: null });
    expect(page(5).nextCursor).toBeNull();
  });

  it('refuse a cursor that is not there', () => {
    expect(() => page(2, 'zz')).toThrow(Failure);
  });
});
