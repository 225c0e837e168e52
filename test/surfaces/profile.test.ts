import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { registry } from '../../src/commands/index.ts';
import { describe as described } from '../../src/contract/declare/describe.ts';
import { isDoneByAgentsSide, isOnWire } from '../../src/contract/declare/wire.ts';
import { failureCodes } from '../../src/domain/failure/failure-codes.ts';
import { aliasesOf } from '../../src/surfaces/cli/parse/aliases.ts';
import { renderProfiles } from '../../src/surfaces/profile/render-profiles.ts';

describe('the profile (W-102, W-163)', () => {
  let files: { file: string; text: string }[] = [];
  const markdown = (): string => files[0]?.text ?? '';
  const ownersMarkdown = (): string => files[1]?.text ?? '';
  beforeAll(async () => {
    files = await renderProfiles(registry);
  });

  it('XC-08 on disk is what the registry gives', () => {
    for (const { file, text } of files) expect(readFileSync(resolve(import.meta.dirname, '../../profiles', file), 'utf8')).toBe(text);
  });

  it('says what matters in its first 2,500 tokens, all in 9,000', () => {
    const [core = ''] = markdown().split('## Every command');
    expect(countTokens(core)).toBeLessThanOrEqual(2500);
    expect(countTokens(markdown())).toBeLessThanOrEqual(9000);
    for (const heading of ['## Rules', '## The loop', '## Main commands']) expect(core).toContain(heading);
  });

  it('W-066 says how credits are bought on-chain, and where somebody else sends some', () => {
    const [, section = ''] = ownersMarkdown().split('### credits topup');
    for (const words of ['--token usdc|aleph|eth', '--rpc', '--max-fee', '--resume', '--show'])
      expect(section.split('###')[0]).toContain(words);
    expect(markdown()).toContain('`credits topup [USD]`');
  });

  it('names no command that an agent may not call, where the home has joined a safe', async () => {
    const joined = await renderProfiles(registry, true);
    expect(joined.map(({ file }) => file)).toEqual(['aleph-agent.md', 'aleph-agent.json']);
    const owners = registry.map(({ name }) => name).filter((name) => !isOnWire(name) && !isDoneByAgentsSide(name));
    const lines = joined[0]!.text.split('\n').filter((line) => owners.some((name) => new RegExp(`(\`|aleph-agent )${name}\\b`).test(line)));
    expect(lines).toEqual([]);
    expect(joined[0]!.text).toContain('aleph-agent whoami --json');
  });

  it('has every failure code by its exit code', () => {
    const [, codes = ''] = markdown().split('\n## Failure codes by exit code\n');
    for (const [code, { exit }] of Object.entries(failureCodes)) expect(codes).toMatch(new RegExp(`^${exit}: (.* )?${code}( |$)`, 'm'));
  });

  /** The sections of a profile, each from its heading `### NAME …` to the next heading. */
  const sections = (text: string): string[] => text.split(/\n(?=##)/).filter((part) => part.startsWith('### '));

  it('XC-08 has every command with each of its inputs in full once: an agent’s in the one profile, an owner’s in the other', async () => {
    const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
    for (const [text, whose] of [
      [markdown(), 'agent'],
      [ownersMarkdown(), 'owner'],
    ] as const) {
      const own = commands.filter(({ audience }) => audience === whose);
      const found = sections(text);
      expect(found.map((section) => /^### ([a-z -]*[a-z])/.exec(section)?.[1])).toEqual(own.map(({ name }) => name));
      for (const [place, command] of own.entries()) {
        const { name, input, positionals = [] } = command;
        const { dryRun } = described(command);
        for (const key of Object.keys(input.shape)) {
          const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
          const typed = positionals.includes(key) ? `[ [-]${flag.toUpperCase()}[\\].\\n ]` : `\n- --(no-)?${flag}[ =:\\n]`;
          expect(found[place], `${name} ${key}`).toMatch(new RegExp(typed));
        }
        expect(found[place]?.includes('\n- --dry-run: '), name).toBe(dryRun || 'dryRun' in input.shape);
      }
    }
  });

  it('has each command of the owner in one line of the profile of agents', async () => {
    const [, lines = ''] = markdown().split(/\n## (?:The owner's commands|Failure codes by exit code)\n/);
    const commands = await Promise.all(registry.map(async ({ load }) => (await load()).default));
    const named = [...lines.matchAll(/^- `([a-z -]*[a-z])[^`]*`: (.+)$/gm)].map(([, name, summary]) => ({ name, summary }));
    expect(named).toEqual(commands.filter(({ audience }) => audience === 'owner').map(({ name, summary }) => ({ name, summary })));
  });

  const section = (name: string): string =>
    [...sections(markdown()), ...sections(ownersMarkdown())].find((one) => one.startsWith(`### ${name}`)) ?? '';

  it('tells the usual fields of an answer from those that --full adds', () => {
    expect(section('vm show VM')).toMatch(
      /^Out: id name state ssh\{host port user\} .* protected ended\{by at\} onNetwork\[host status\] .* web; --full: itemHash .* receipt\{forgottenBy /m,
    );
    expect(section('vm ls')).toMatch(
      /^Out: items\[id name state [^;]*; --full: [^\]]*\bitemHash [^\]]*\] count total nextCursor totals\{live /m,
    );
    expect(section('ledger show')).toMatch(/ vms\[id name [^;\]]*; --full: [^\]]*\bitemHash /);
    expect(section('errors')).not.toContain('--full');
  });

  it('names a form that stands there already', () => {
    expect(section('vm stop')).toContain('\nOut: as vm start\n');
    expect(section('keys import')).toContain('\nOut: as keys create\n');
    expect(section('vm start')).toContain('\nOut: id name state changed ');
  });

  it('has units of sizes, names of images and what each flag means', () => {
    for (const part of ['--memory SIZE: ', '--disk SIZE: ', 'ubuntu24', '--no-wait: Do not wait for SSH', '--ttl TTL: ']) {
      expect(section('vm create')).toContain(part);
    }
    expect(section('credits estimate')).toMatch(/--memory SIZE: .*\n- --disk SIZE: /);
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
      'those that fail: `figure` is what would be',
      'policy show --json',
      "`-- sh -c 'a | b'`",
      'list for ls, get for show, delete and rm for destroy',
      'Without NAME a name is made up',
      'devnet fund 2',
      'ALEPH_AGENT_HOME',
      'the newest VM alive that has it',
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
    const typed = [...(markdown() + ownersMarkdown()).matchAll(/aleph-agent ((?:[a-z-]+)(?: [a-z-]+)?)/g)].map(([, words = '']) => words);
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
