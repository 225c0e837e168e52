import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../../../src/commands/index.ts';

const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
const keysOf = (schema: z.ZodType): string[] => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []);

describe('every command (conventions.md §1, §7)', () => {
  it('has a next step after its result', () => {
    expect(commands.filter(({ next }) => next === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('that lists takes --limit and --cursor, and says count, total and cursor', () => {
    const lists = commands.filter(({ output }) => keysOf(output).includes('items') && keysOf(output).includes('totals'));
    expect(lists.length).toBeGreaterThan(8);
    for (const { name, kind, input, output } of lists.filter(({ kind }) => kind === 'query')) {
      expect({ name, kind, keys: keysOf(input) }).toEqual({ name, kind, keys: expect.arrayContaining(['limit', 'cursor']) });
      expect(keysOf(output)).toEqual(expect.arrayContaining(['items', 'count', 'total', 'nextCursor', 'totals']));
    }
  });
});
