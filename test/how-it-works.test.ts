import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { Site } from '../scripts/trace/instrument.ts';
import { traceCall } from '../scripts/trace/trace-call.ts';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/how-it-works.md'), 'utf8');

interface Link {
  step: number;
  /** A function's name, or the file's own. */
  name: string;
  file: string;
}

const stepsOf = (text: string): { step: number; text: string }[] =>
  [...text.matchAll(/^(\d+)\. (.*(?:\n {3,}.*)*)/gm)].map(([, step, words = '']) => ({ step: Number(step), text: words }));

const linksOf = (text: string): Link[] =>
  stepsOf(text).flatMap(({ step, text: words }) =>
    [...words.matchAll(/\[`([^`]+)`\]\(\.\.\/(src\/[^)]+)\)/g)].map(([, name = '', file = '']) => ({ step, name, file })),
  );

/** A function is named by what it is called where it stands, without what stands around it. */
const isOf = ({ file, name }: Link, site: Site): boolean =>
  site.file === file && (name === basename(file) || site.name === name || site.name.endsWith(`.${name}`));

/** What in the page is not as the call went, by step. */
const mistakes = (text: string, entries: readonly Site[]): string[] => {
  let before = { at: -1, words: 'the beginning' };
  return linksOf(text).flatMap((link) => {
    const words = `step ${link.step}, ${link.name} of ${link.file}`;
    if (!existsSync(join(root, link.file))) return [`${words}: the file does not exist`];
    const at = entries.findIndex((site) => isOf(link, site));
    if (at === -1) return [`${words}: the call does not enter it`];
    const problem = at > before.at ? [] : [`${words}: the call enters it before ${before.words}`];
    before = { at, words };
    return problem;
  });
};

it('A-009 the walk of `vm create` goes as a real call does', async () => {
  const { exit, output, entries } = await traceCall(['vm', 'create', 'ci', '--ttl', '2h']);
  expect(exit, output).toBe(0);
  expect(mistakes(page, entries)).toEqual([]);
});

it('every step says in which file it happens, and steps are counted', () => {
  const steps = stepsOf(page);
  expect(steps.map(({ step }) => step)).toEqual(steps.map((_, index) => index + 1));
  const linked = new Set(linksOf(page).map(({ step }) => step));
  expect(steps.filter(({ step }) => !linked.has(step))).toEqual([]);
});

it('a step that is wrong is named', () => {
  const entries = ['start', 'parse', 'hold'].map((name) => ({ file: 'src/main/cli.ts', name }));
  const at = (step: number, name: string, file = 'src/main/cli.ts') => `${step}. It goes\n   to [\`${name}\`](../${file}).\n`;
  expect(mistakes(at(1, 'start') + at(2, 'hold'), entries)).toEqual([]);
  expect(mistakes(at(1, 'hold') + at(2, 'parse') + at(3, 'sign') + at(4, 'start', 'src/gone.ts'), entries)).toEqual([
    'step 2, parse of src/main/cli.ts: the call enters it before step 1, hold of src/main/cli.ts',
    'step 3, sign of src/main/cli.ts: the call does not enter it',
    'step 4, start of src/gone.ts: the file does not exist',
  ]);
});
