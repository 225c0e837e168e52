import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readRootPolicy } from '../../../src/adapters/root-policy/read-root-policy.ts';
import { projectFileName, readProject } from '../../../src/adapters/settings/project-file.ts';
import policySet from '../../../src/commands/policy/set.ts';
import { inputSchemaOf, outputSchemaOf } from '../../../src/contract/declare/describe.ts';
import { limitFields, limitsOf } from '../../../src/contract/fields/limit-fields.ts';
import { limitOutputs, toLimitOutputs } from '../../../src/contract/outputs/limit-outputs.ts';
import type { LimitPlace, LimitRow } from '../../../src/domain/limits/limit-row.ts';
import { defaultLimits, everyLimit, type LimitKey, limitRows } from '../../../src/domain/limits/limits.ts';

/** A value that no default has: as one writes it, and as it counts. */
const example = (limit: LimitKey): [written: string | number, counted: number | bigint] => {
  const { unit } = limitRows[limit];
  return unit === 'credits' ? ['0.012345', 12_345n] : unit === 'seconds' ? ['1h30m', 5400] : [7, 7];
};

const takenBy = (place: LimitPlace): [limit: LimitKey, given: NonNullable<LimitRow['given']>][] =>
  everyLimit.flatMap((limit) => {
    const { given } = limitRows[limit];
    return given?.in.includes(place) ? [[limit, given]] : [];
  });

const namesIn = (place: LimitPlace): string[] => takenBy(place).map(([, { as }]) => as);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aleph-agent-limits-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a limit is taken, from its row alone,', () => {
  it('by these places and no others', () => {
    expect(Object.keys(limitFields('set'))).toEqual(namesIn('set'));
    expect(Object.keys(limitFields('project'))).toEqual(namesIn('project'));
    expect(Object.keys(limitFields('root'))).toEqual(namesIn('root'));
    expect(Object.keys(policySet.input.shape)).toEqual([...namesIn('set'), 'reauthorise', 'funder']);
  });

  it.each(takenBy('set'))('%s: as a flag of policy set, with its help', (limit, { as, help }) => {
    const [written, counted] = example(limit);
    expect(inputSchemaOf(policySet).properties?.[as]?.description).toBe(help);
    expect(limitsOf(policySet.input.parse({ [as]: written }))).toEqual({ [limit]: counted });
    expect(policySet.input.safeParse({ [as]: -1 }).success).toBe(false);
  });

  it.each(takenBy('project'))('%s: in a project file', (limit, { as }) => {
    const [written, counted] = example(limit);
    writeFileSync(join(folder, projectFileName), JSON.stringify({ limits: { [as]: written } }), { mode: 0o644 });
    expect(readProject({ cwd: folder, home: folder, uid: null })?.limits).toEqual({ [limit]: counted });
  });

  it.each(everyLimit.filter((limit) => limitRows[limit].given?.setting !== undefined))('%s: by a setting of a project file', (limit) => {
    const [written, counted] = example(limit);
    writeFileSync(join(folder, projectFileName), JSON.stringify({ [limitRows[limit].given!.setting!]: written }), { mode: 0o644 });
    expect(readProject({ cwd: folder, home: folder, uid: null })?.limits).toEqual({ [limit]: counted });
  });

  it.runIf(process.getuid?.() === 0).each(takenBy('root'))("%s: in the machine's file", (limit, { as }) => {
    const [written, counted] = example(limit);
    const path = join(folder, 'policy.json');
    writeFileSync(path, JSON.stringify({ limits: { [as]: written } }), { mode: 0o644 });
    const limits = { ...defaultLimits, [limit]: counted };
    limits.defaultTtlSeconds = Math.min(limits.defaultTtlSeconds, limits.maxTtlSeconds);
    expect(readRootPolicy(path)?.limits).toEqual(limits);
  });

  it.each(everyLimit)('%s: and shown in outputs', (limit) => {
    const [, counted] = example(limit);
    const { as } = limitRows[limit].shown;
    const output = toLimitOutputs({ ...defaultLimits, [limit]: counted });
    expect(z.object(limitOutputs).parse(output)).toEqual(output);
    expect(output).toMatchObject({ [as]: typeof counted === 'bigint' ? '0.012345' : counted });
    expect(outputSchemaOf(policySet).required).toContain(as);
  });

  it('but none below what it may be', () => {
    const takes = (value: string): boolean => policySet.input.safeParse({ teardownUnreachable: value }).success;
    expect(['0m', '9m', '10m'].map(takes)).toEqual([true, false, true]);
    expect(policySet.input.safeParse({ balanceGuard: 101 }).success).toBe(false);
  });
});
