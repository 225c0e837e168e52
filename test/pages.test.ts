import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { printOutsIn } from '../scripts/crash-test/crash-test-section.ts';
import { exitCodesPage, troubleshootingPage } from '../scripts/pages/failure-pages.ts';
import { trials } from '../src/commands/crash-test/trials.ts';
import { settings, variableOf } from '../src/contract/settings/settings.ts';
import type { SettingKey } from '../src/domain/limits/setting-keys.ts';
import { loadedCommands } from './support/hint.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

test('README has at most 400 words', () => {
  expect(
    read('README.md')
      .split(/\s+/)
      .filter((word) => /\w/.test(word)).length,
  ).toBeLessThanOrEqual(400);
});

test.each(pages)('what %s links to is there', (page) => {
  const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
  const missing = links.filter((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
    if (!existsSync(file)) return true;
    return (
      anchor !== undefined &&
      !readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => slugOf(line) === anchor)
    );
  });
  expect(missing).toEqual([]);
});

/** The anchor that a heading gets. */
const slugOf = (line: string): string | null =>
  /^#+ /.test(line)
    ? line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')
    : null;

test('every page of docs is linked in README', () => {
  const readme = read('README.md');
  expect(pages.filter((page) => page !== 'README.md' && !readme.includes(`(${page})`))).toEqual([]);
});

test('the pages of failures are what `npm run pages` writes', async () => {
  expect(read('docs/exit-codes.md')).toBe(exitCodesPage());
  expect(read('docs/troubleshooting.md')).toBe(troubleshootingPage(await loadedCommands));
});

test('docs/security.md shows a run of every trial of crash-test, in the words that they have now, and each claim held', () => {
  const shown = printOutsIn(read('docs/security.md')).replaceAll(/\s+/g, ' ');
  for (const { id, tried, claimed, notClaimed } of trials)
    for (const words of [`held ${id} tried:`, tried, claimed, notClaimed]) expect(shown).toContain(words);
  expect(shown).toContain(`${trials.length} of ${trials.length} claims held`);
  expect(shown).toMatch(/not-tried two-users .* try it: sudo aleph-agent crash-test two-users/);
});

test('docs/settings.md has every variable that the program reads', () => {
  const page = read('docs/settings.md').replaceAll('`_', '`ALEPH_AGENT_');
  const named = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => read(`src/${file}`).match(/ALEPH_AGENT_[A-Z_]*[A-Z]/g) ?? [])
    // tests alone set it, and what is released has it not
    .filter((name) => name !== 'ALEPH_AGENT_CRASH');
  const variables = new Set([...named, ...(Object.keys(settings) as SettingKey[]).map(variableOf)]);
  expect([...variables].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
