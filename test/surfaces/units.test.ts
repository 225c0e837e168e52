import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { registry } from '../../src/commands/index.ts';
import { describe as described } from '../../src/contract/declare/describe.ts';
import { registeredCommand } from '../../src/contract/declare/registry.ts';
import { orderOf } from '../../src/contract/declare/tool.ts';
import { limitFields, limitsOf } from '../../src/contract/fields/limit-fields.ts';
import { settingValue } from '../../src/contract/settings/settings.ts';
import { typed } from '../../src/surfaces/cli/parse/raw-input.ts';
import { parseInput } from '../../src/surfaces/parse-input.ts';

const create = await registeredCommand(registry, 'vm create');
const before = { memory: 4096, disk: 40_960, ttl: '7d', maxTotal: '1', maxHourly: '0.05' };
const now = { memory: '4GiB', disk: '40G', ttl: '1w', maxTotal: '$1', maxHourly: '$0.05' };

describe('units as people write them', () => {
  it('are the same input as figures, so that a request id finds its call again', () => {
    expect(parseInput(create, now)).toEqual(parseInput(create, before));
    expect(parseInput(create, now)).toMatchObject({ memory: 4096, disk: 40_960, ttl: 604_800, maxTotal: '1' });
  });

  it('are taken from a command line and from a tool alike', () => {
    const { inputs } = described(create);
    const line = Object.fromEntries(
      Object.entries({ ...now, disk: '40960' }).map(([key, text]) => [key, typed(inputs.find((field) => field.key === key)!, text)]),
    );
    expect(parseInput(create, line)).toEqual(parseInput(create, before));
    for (const given of [now, before])
      expect(parseInput(create, orderOf(described(create), given).input)).toEqual(parseInput(create, before));
  });

  it.each(['set', 'project', 'root'] as const)('are taken where policy stands: %s', (place) => {
    const fields = z.strictObject(limitFields(place));
    const [written, exact] = [
      { maxDay: '$2.50', maxTtl: '1w' },
      { maxDay: '2.50', maxTtl: '7d' },
    ].map((limits) => limitsOf(fields.parse(limits)));
    expect(written).toEqual(exact);
    expect(written).toEqual({ maxDayCredits: 2_500_000n, maxTtlSeconds: 604_800 });
  });

  it('are taken where a setting stands', () => {
    expect(settingValue('ttl', '1w', '--ttl')).toBe('1w');
  });

  it.each([
    ['memory', '4GB', '--memory "4GB" is not right: it takes a size like 4GiB, 512MiB or 4096 (MiB): whole MiB, at most 1048576.'],
    ['memory', '2TiB', '--memory "2TiB" is not right: it takes a size like 4GiB, 512MiB or 4096 (MiB): whole MiB, at most 1048576.'],
    ['ttl', '1y', '--ttl "1y" is not right: it takes a duration like 90m, 4h, 2d or 1w.'],
    ['maxTotal', '€1', '--max-total "€1" is not right: it takes an amount in USD like 2 or 0.50.'],
  ])('%s %s is refused with the value and what would be right', (key, text, message) => {
    expect(() => parseInput(create, { [key]: text })).toThrow(expect.objectContaining({ code: 'USAGE', message }));
  });
});
