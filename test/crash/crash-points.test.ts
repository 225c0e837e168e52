import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { effectPoints } from '../../src/domain/ledger/effect-points.ts';
import { crashPoints } from '../support/crash/crash-points.ts';

const folder = join(import.meta.dirname, 'suites');
const suites = readdirSync(folder);
const testsOf = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith('crash-') && name.endsWith('.test.ts'));

it('every effect point of the code is killed at, and every list of kills is taken by a suite', () => {
  expect([...new Set(Object.values(crashPoints).flat())].sort()).toEqual([...effectPoints].sort());
  const taken = suites.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [...text.matchAll(/\b(?:sides|kills)\(crashPoints\.(\w+)\)/g)].map(([, group]) => group);
  });
  expect(Object.keys(crashPoints).filter((group) => !taken.includes(group))).toEqual([]);
});

it('every suite is lived in this process and in processes of their own', () => {
  const wanted = suites.map((name) => name.replace(/\.ts$/, '.test.ts')).sort();
  expect(testsOf(import.meta.dirname).filter((name) => name !== 'crash-points.test.ts')).toEqual(wanted);
  expect(testsOf(join(import.meta.dirname, '../process/crash')).sort()).toEqual(wanted);
});
