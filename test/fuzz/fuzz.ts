import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';

/** So that a run of today finds again what it found yesterday; `npm run fuzz` takes others. */
const usualSeed = 20_261_120;

const wanted = {
  seed: Number(process.env['FUZZ_SEED'] ?? usualSeed),
  /** Of all properties together; null runs each its usual times. */
  runs: process.env['FUZZ_RUNS'] === undefined ? null : Number(process.env['FUZZ_RUNS']),
  path: process.env['FUZZ_PATH'],
};

/** What all properties come to in CI; the share of each is what it takes of `--runs`. */
const usualRuns = 100_000;

interface Fuzzed<Value> {
  /** Also the file of its kept cases, and what `npm run fuzz -- --only` takes. */
  name: string;
  title: string;
  runs: number;
  values: fc.Arbitrary<Value>;
  /** Throws where the value brings about what may not be. */
  holds(value: Value): Promise<void>;
}

/** Values that once failed, as fast-check shrank them: `test/fuzz/kept/<name>.json`. */
const kept = <Value>(name: string): Value[] => {
  const file = join(import.meta.dirname, 'kept', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Value[]) : [];
};

/**
 * One property as two tests: the values kept from earlier finds, and generated ones. What fails is printed as the value itself, to be
 * kept, and as the command that finds it again.
 */
export const fuzz = <Value>({ name, title, runs, values, holds }: Fuzzed<Value>): void => {
  const cases = kept<Value>(name);
  it.each(cases.map((value) => [JSON.stringify(value).slice(0, 120), value] as const))(`${title}: kept %s`, async (_shown, value) => {
    await holds(value);
  });

  const count = wanted.runs === null ? runs : Math.ceil((wanted.runs * runs) / usualRuns);
  it(`${title}: ${count} generated`, { timeout: Math.max(300_000, count * 100) }, async () => {
    const report = await fc.check(fc.asyncProperty(values, holds), {
      seed: wanted.seed,
      numRuns: count,
      ...(wanted.path === undefined ? {} : { path: wanted.path, endOnFailure: true }),
    });
    if (!report.failed) {
      expect(report.numRuns).toBe(count);
      return;
    }
    const again = `npm run fuzz -- --only ${name} --seed ${report.seed} --path ${report.counterexamplePath}`;
    const problem =
      report.errorInstance instanceof Error ? (report.errorInstance.stack ?? report.errorInstance.message) : report.errorInstance;
    throw new Error(`${JSON.stringify(report.counterexample?.[0])}\nfound again by: ${again}\n${problem}`);
  });
};
