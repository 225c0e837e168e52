import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outputSchemaOf } from '../src/contract/declare/describe.ts';
import type { JsonSchema } from '../src/contract/declare/json-schema.ts';
import { Failure } from '../src/domain/failure/failure.ts';
import { type FailureCode, failureCodes } from '../src/domain/failure/failure-codes.ts';
import { usualFix } from '../src/surfaces/usual-fix.ts';
import { hintProblem, loadedCommands } from './support/hint.ts';

/**
 * Names and flags of every fix and hint are checked by the compiler (src/domain/suggest/fix.ts), and each line that a test sees is parsed
 * (`badHints`). Here is what is made of data: the usual fixes, and next steps from whatever a command may have answered.
 */
describe('commands that the program suggests (issue 3: every fix.command and next.command)', () => {
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
  if (key === 'address') return fc.constant(`0x${'a1'.repeat(20)}`);
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
