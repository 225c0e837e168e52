import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { renderSkill } from '../../src/surfaces/profile/render-profiles.ts';

const { file, chapters } = await renderSkill(registry);

test('W-018 the skill is one that skills-ref takes, and stays below 600 tokens', async () => {
  expect(countTokens(file)).toBeLessThanOrEqual(600);
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-skill-'));
  try {
    mkdirSync(join(folder, 'aleph-agent'));
    writeFileSync(join(folder, 'aleph-agent/SKILL.md'), file);
    const validator = resolve(import.meta.dirname, '../../node_modules/.bin/skills-ref');
    const { stdout, stderr } = await promisify(execFile)(validator, ['validate', join(folder, 'aleph-agent')]);
    expect(`${stdout}${stderr}`).toMatch(/valid/i);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('its lines name commands that there are, and its chapters those that the registry has', () => {
  const names = registry.map(({ name }) => name);
  const lines = [...file.matchAll(/^ {4}aleph-agent (.*)$|`aleph-agent ([^`]*)`/gm)].map(
    ([, indented, quoted]) => indented ?? quoted ?? '',
  );
  expect(lines.length).toBeGreaterThan(6);
  expect(lines.filter((line) => !names.some((name) => `${line} `.startsWith(`${name} `)))).toEqual([]);
  expect(chapters.core).toContain('## Rules');
  expect(chapters.spend).toContain('### vm create [NAME]');
  expect(chapters.debug).toContain('### doctor');
  expect(chapters.debug).toContain('STILL_WAITING (exit 11)');
});
