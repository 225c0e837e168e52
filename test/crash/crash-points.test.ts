import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { effectPoints } from '../../src/domain/ledger/effect-points.ts';
import { crashPoints } from '../support/crash/crash-points.ts';

const suites = readdirSync(import.meta.dirname).filter((name) => /^crash-.*(?<!\.test)\.ts$/.test(name));
const testsOf = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('crash-') && name.endsWith('.test.ts'));

it('every effect point of the code is killed at, and every list of kills is taken by a suite', () => {
  expect([...new Set(Object.values(crashPoints).flat())].sort()).toEqual([...effectPoints].sort());
  const taken = suites.flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [...text.matchAll(/\b(?:sides|kills)\(crashPoints\.(\w+)\)/g)].map(([, group]) => group);
  });
  expect(Object.keys(crashPoints).filter((group) => !taken.includes(group))).toEqual([]);
});

it('every suite is lived in this process and in processes of their own', () => {
  const wanted = suites.map((name) => name.replace(/\.ts$/, '.test.ts')).sort();
  expect(testsOf(import.meta.dirname).filter((name) => name !== 'crash-points.test.ts')).toEqual(wanted);
  expect(testsOf(join(import.meta.dirname, '../process')).sort()).toEqual(wanted);
});
