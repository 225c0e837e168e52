import { parseArgs } from 'node:util';
import { simulate } from '../test/simulation/simulate.ts';

/** `npm run simulate -- --seeds N --from S`: the worlds of test/simulation, more of them; `--seed S` lives one again. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    seed: { type: 'string' },
    ledgers: { type: 'string', default: '1' },
  },
});

const whole = (flag: string, given: string): number => {
  if (/^\d+$/.test(given)) return Number(given);
  process.stderr.write(`--${flag} "${given}" is not right: it takes a whole number.\n`);
  process.exit(2);
};

const count = values.seed === undefined ? whole('seeds', values.seeds) : 1;
// Elsewhere every time, unless a world is to be found again.
const from = whole('from', values.seed ?? values.from ?? String(Math.trunc(Math.random() * 1e6)));
const ledgers = whole('ledgers', values.ledgers);

let failed = 0;
for (let seed = from; seed < from + count; seed += 1) {
  try {
    const lived = await simulate(seed, ledgers);
    if (count === 1) process.stdout.write(`${lived.log.join('\n')}\n`);
  } catch (thrown) {
    failed += 1;
    process.stdout.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n\n`);
  }
  if ((seed - from + 1) % 100 === 0) process.stdout.write(`${seed - from + 1} worlds, ${failed} failed\n`);
}
process.stdout.write(`worlds ${from} to ${from + count - 1}: ${failed} of ${count} failed\n`);
process.exit(failed === 0 ? 0 : 1);
