import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputSchemaOf } from '../src/contract/declare/describe.ts';
import type { JsonSchema } from '../src/contract/declare/json-schema.ts';
import { Failure } from '../src/domain/failure/failure.ts';
import { type FailureCode, failureCodes } from '../src/domain/failure/failure-codes.ts';
import { usualFix } from '../src/surfaces/usual-fix.ts';
import { hintProblem, loadedCommands } from './support/hint.ts';

const source = resolve(import.meta.dirname, '../src');
const files = (readdirSync(source, { recursive: true, encoding: 'utf8' }) as string[]).filter((file) => file.endsWith('.ts'));

/** Texts that begin like a command and are none: headings, patterns, seeds, version numbers, and lines that other tests run. */
const noCommands = new Set([
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: quoted from the source
  "commands/demo.ts: aleph-agent ${step.line.map(shown).join(' ')}",
  'domain/failure/finding.ts: aleph-agent ${line}',
  'surfaces/cli/parse/typed-line.ts: aleph-agent ${name}',
  'devnet/world/accounts.ts: aleph-agent devnet ${seed} ${name}',
  'devnet/guests/host-key.ts: aleph-agent devnet host key\\n${name}',
  'adapters/ledger/migrate.ts: aleph-agent ${since} or newer',
  'surfaces/cli/parse/help.ts: aleph-agent ${noun}:',
  'surfaces/cli/parse/parse-line.ts: aleph-agent ${name}',
  'surfaces/profile/command-section.ts: aleph-agent ${example.line}\\',
  'surfaces/profile/core.ts: aleph-agent COMMAND --help\\',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: quoted from the source
]);

/** What stands in the holes of a template, by the words of its expression; the first that fits. */
const fillings: readonly (readonly [RegExp, string])[] = [
  [/^minutes$/, '90'],
  [/^size$/, '--cu 2'],
  [/^disk$/, ' --disk 40960'],
  [/near\[0\]|command\.name|\btold\b|\bcommand\b/, 'vm create'],
  [/noun/, 'vm'],
  [/^name$/, 'ci'],
  [/names\.join/, 'ci web'],
  [/[Ii]nstant|expires|until|date/, '2026-12-01T00:00:00Z'],
  [/approval|stored\.id/, 'ap_12345678'],
  [/operation/, 'op_12345678'],
  [/network/, 'devnet'],
  [/[Pp]lan\.|phrase/, 'ap_12345678'],
  [/code/, 'USAGE'],
  [/port/, '80'],
  [/usd|amount|Usd/, '1'],
  [/flags|\? ''|=== null/, ''],
];

const filled = (template: string): string =>
  template
    .replace(/vm adopt \$\{[^}]*\}/, 'vm adopt 0123456789ab')
    .replace(/errors \$\{near\[0\]\}/, 'errors USAGE')
    .replaceAll(/\$\{([^}]*)\}/g, (_hole, expression: string) => fillings.find(([words]) => words.test(expression))?.[1] ?? 'ci');

/** Every text of the program that is a command, or quotes one. */
const written = files.flatMap((file) => {
  const text = readFileSync(join(source, file), 'utf8');
  const literals = [...text.matchAll(/(['`])(aleph-agent (?:\$\{[^}]*\}|[^'`$\n])*)\1/g)].map(([, , literal = '']) => literal);
  const quoted = [...text.matchAll(/"(aleph-agent (?:\$\{[^}]*\}|[^"$\n])*)"/g)].map(([, literal = '']) => literal);
  const found = [...text.matchAll(/\bbyCommand\(\s*(['`])((?:\$\{[^}]*\}|[^'`$\n])*)\1/g)].map(([, , line = '']) => `aleph-agent ${line}`);
  return [...new Set([...literals, ...quoted, ...found])].map((literal) => [file, literal] as const);
});

describe('commands that the program suggests (issue 3: every fix.command and next.command)', () => {
  it('are found in its source, and what is listed as none of them is still there', () => {
    const found = new Set(written.map(([file, literal]) => `${file}: ${literal}`));
    expect([...noCommands].filter((one) => !found.has(one))).toEqual([]);
    expect(written.length).toBeGreaterThan(60);
  });

  it.each(written.filter(([file, literal]) => !noCommands.has(`${file}: ${literal}`)))('%s: %s', async (_file, literal) => {
    expect(await hintProblem(filled(literal).trim())).toBeNull();
  });

  const commandNames = [null, 'vm create', 'vm exec', 'devnet up', 'ledger show'];
  it.each(Object.keys(failureCodes) as FailureCode[])('the usual fix of %s', async (code) => {
    for (const name of commandNames) {
      const { command, text } = usualFix(new Failure(code, 'It failed.'), name);
      expect(text).not.toBe('');
      if (command !== null) expect(await hintProblem(command)).toBeNull();
    }
  });
});

/** Values that an output's schema allows, with the names that ours have. */
const valuesOf = (schema: JsonSchema, key = ''): fc.Arbitrary<unknown> => {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map((one) => valuesOf(one, key)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number')
    return /seconds/i.test(key) ? fc.constantFrom(60, 3600, 86_400) : fc.constantFrom(1, 2);
  if (schema.type === 'array') return fc.array(valuesOf(schema.items ?? {}, key), { maxLength: 2 });
  if (schema.type === 'object') {
    const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [name, valuesOf(member, name)] as const);
    return fc.record(Object.fromEntries(members));
  }
  if (/At$|until|since/.test(key)) return fc.constant('2026-12-01T00:00:00Z');
  if (/usd|cost|burn/i.test(key)) return fc.constantFrom('0', '0.0570');
  if (/^(state|status)$/.test(key))
    return fc.constantFrom('requested', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping', 'terminated', 'dormant');
  if (/^(id|hash)$/.test(key)) return fc.constant('0123456789ab');
  if (key === 'command') return fc.constant('aleph-agent status');
  if (/network/.test(key)) return fc.constantFrom('devnet', 'mainnet');
  return fc.constantFrom('ci', 'web-2');
};

describe('next steps, from whatever a command may have answered', async () => {
  for (const command of await loadedCommands) {
    const { next } = command;
    if (next === undefined) continue;
    it(command.name, async () => {
      const values = valuesOf(outputSchemaOf(command));
      for (const output of fc.sample(values, { numRuns: 60, seed: 7 })) {
        for (const { command: hint, why } of next(output)) {
          expect(why).not.toBe('');
          expect(await hintProblem(hint)).toBeNull();
        }
      }
    });
  }
});
