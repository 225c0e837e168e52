import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { failureCodes } from '../../src/domain/failure/failure-codes.ts';
import { aliasesOf } from '../../src/surfaces/cli/parse/aliases.ts';
import { renderProfiles } from '../../src/surfaces/profile/render-profiles.ts';

describe('the profile (W-102, W-163)', () => {
  let files: { file: string; text: string }[] = [];
  const markdown = (): string => files[0]?.text ?? '';
  beforeAll(async () => {
    files = await renderProfiles(registry);
  });

  it('XC-08 on disk is what the registry gives', () => {
    for (const { file, text } of files) expect(readFileSync(resolve(import.meta.dirname, '../../profiles', file), 'utf8')).toBe(text);
  });

  it('says what matters in its first 2,500 tokens, all in 6,000', () => {
    const [core = ''] = markdown().split('## Every command');
    expect(countTokens(core)).toBeLessThanOrEqual(2500);
    expect(countTokens(markdown())).toBeLessThanOrEqual(6000);
    for (const heading of ['## Rules', '## The loop', '## Main commands']) expect(core).toContain(heading);
  });

  it('has every command with each of its inputs, and every failure code by its exit code', async () => {
    const [, codes = ''] = markdown().split('\n## Failure codes by exit code\n');
    for (const [code, { exit }] of Object.entries(failureCodes)) expect(codes).toMatch(new RegExp(`^${exit}: (.* )?${code}( |$)`, 'm'));
    for (const { load } of registry) {
      const { default: command } = await load();
      const [, section = ''] = markdown().split(`\n### ${command.name}`);
      const own = section.split('\n### ')[0] ?? '';
      for (const key of Object.keys(command.input.shape)) {
        const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        expect(own.toLowerCase(), `${command.name} ${key}`).toContain(flag);
      }
    }
  });

  const section = (name: string): string => markdown().split(`\n### ${name}`)[1]?.split('\n### ')[0] ?? '';

  it('tells the usual fields of an answer from those that --full adds', () => {
    expect(section('vm show VM')).toMatch(/^Out: VM protected onNetwork\[host status\] .* web; --full: VM… receipt\{forgottenBy /m);
    expect(section('vm ls')).toMatch(/^Out: PAGE items\[id name state [^;]*; --full: VM… [^\]]*\] totals\{live /m);
    expect(section('ledger show')).toMatch(/ vms\[id name [^;\]]*; --full: VM…/);
    expect(section('errors')).not.toContain('--full');
    expect(markdown()).toMatch(
      /VM stands for id name state ssh .*\(ssh: host port\nuser\); VM… for what is not named before of itemHash .*\bsettled; PAGE for count total nextCursor\.$/m,
    );
  });

  it('names a form that stands there already', () => {
    expect(section('vm stop')).toContain('\nOut: as vm start\n');
    expect(section('policy set')).toContain('\nOut: as policy show\n');
    expect(section('vm start')).toContain('\nOut: id name state changed ');
  });

  it('has units of sizes, names of images and what each flag means where it spends', () => {
    for (const part of ['--memory MIB (', '--disk MIB (', 'ubuntu24', '--no-wait (Do not wait for SSH)', '--ttl TTL (']) {
      expect(section('vm create')).toContain(part);
    }
    expect(section('credits estimate')).toContain('--memory MIB --disk');
  });

  it('says in its core what is true of expiry, answers, plans, exec, names and bills', () => {
    const [core = ''] = markdown().split('## Every command');
    expect(core).not.toMatch(/Every VM ends at its expiry/);
    for (const part of [
      'only when `ttlEnforcedBy` is not empty',
      '`gc --execute`',
      '`items.*.name`',
      'without `ok` and envelope',
      '`plan@1`: `verdict` (allow, approve: a person must; deny)',
      'exits 0 for deny',
      '`checks` (those that fail; `passed` counts the others)',
      'policy show --json',
      "`-- sh -c 'a | b'`",
      'list for ls, get for show, delete and rm for destroy',
      'Without NAME a name is made up',
      'devnet fund 2',
      'ALEPH_AGENT_HOME',
      'the newest\n   alive one is meant',
      'the most that can still be billed',
    ]) {
      expect(core).toContain(part);
    }
    for (const [verb, others] of [
      ['ls', ['list']],
      ['show', ['get']],
      ['destroy', ['delete', 'rm']],
    ] as const) {
      expect(aliasesOf(verb)).toEqual(others);
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
