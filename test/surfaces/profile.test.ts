import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { renderProfiles } from '../../src/surfaces/profile/render-profiles.ts';

describe('the profile (W-102, W-163)', () => {
  let files: { file: string; text: string }[] = [];
  const markdown = (): string => files[0]?.text ?? '';
  beforeAll(async () => {
    files = await renderProfiles(registry);
  });

  it('on disk is what the registry gives', () => {
    for (const { file, text } of files) expect(readFileSync(resolve(import.meta.dirname, '../../profiles', file), 'utf8')).toBe(text);
  });

  it('says what matters in its first 2,500 tokens, all in 6,000', () => {
    const [core = ''] = markdown().split('## Every command');
    expect(countTokens(core)).toBeLessThanOrEqual(2500);
    expect(countTokens(markdown())).toBeLessThanOrEqual(6000);
    for (const heading of ['## Rules', '## The loop', '## Main commands']) expect(core).toContain(heading);
  });

  it('has every command with each of its inputs and failures', async () => {
    for (const { load } of registry) {
      const { default: command } = await load();
      const [, section = ''] = markdown().split(`\n### ${command.name}`);
      const own = section.split('\n### ')[0] ?? '';
      for (const code of command.failures) expect(own).toContain(code);
      for (const key of Object.keys(command.input.shape)) {
        const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        expect(own.toLowerCase(), `${command.name} ${key}`).toContain(flag);
      }
    }
  });

  it('names only commands that there are', () => {
    const names = registry.map(({ name }) => name);
    const typed = [...markdown().matchAll(/aleph-agent ((?:[a-z-]+)(?: [a-z-]+)?)/g)].map(([, words = '']) => words);
    const unknown = typed.filter(
      (words) =>
        !names.some((name) => words === name || words.startsWith(`${name} `) || name.startsWith(`${words} `)) &&
        !names.includes(words.split(' ')[0] ?? ''),
    );
    expect(unknown).toEqual([]);
  });

  it('is the same twice', async () => {
    expect(await renderProfiles(registry)).toEqual(files);
  });
});
