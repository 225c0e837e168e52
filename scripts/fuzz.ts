import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** `npm run fuzz -- --runs N --seed S`: the properties of test/fuzz, longer or from another seed; `--only NAME --path P` finds one find again. */
const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, path: { type: 'string' }, only: { type: 'string' } },
});

const number = (flag: 'runs' | 'seed'): string | undefined => {
  const given = values[flag];
  if (given === undefined || /^-?\d+$/.test(given)) return given;
  process.stderr.write(`--${flag} "${given}" is not right: it takes a whole number.\n`);
  process.exit(2);
};

const runs = number('runs');
// Another seed every time, unless one is to be found again: a run that repeats the last one finds nothing new.
const seed = number('seed') ?? String(Math.trunc(Math.random() * 2 ** 31));
process.stdout.write(`seed ${seed}\n`);

const env = {
  ...process.env,
  FUZZ_SEED: seed,
  ...(runs === undefined ? {} : { FUZZ_RUNS: runs }),
  ...(values.path === undefined ? {} : { FUZZ_PATH: values.path }),
};
const files = `test/fuzz/${values.only === undefined ? '' : `${values.only}.test.ts`}`;
process.exit(spawnSync('npx', ['vitest', 'run', '--project', 'all:fuzz', files], { stdio: 'inherit', env }).status ?? 1);
