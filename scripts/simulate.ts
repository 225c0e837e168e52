import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { editedWorld } from '../test/simulation/editor/edited-world.ts';
import { simulate } from '../test/simulation/simulate.ts';

/**
 * `npm run simulate -- --seeds N --from S`: the worlds of test/simulation, more of them; `--seed S` lives one again. `--editor`: those whose
 * agent edits the ledger, on as many processes as `--at-once` says.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string' },
    seed: { type: 'string' },
    ledgers: { type: 'string', default: '1' },
    editor: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '1' },
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

const processes = whole('at-once', values['at-once']);

/** What a world did, a line each; throws where something did not hold. */
const live = async (seed: number): Promise<readonly string[]> => {
  if (!values.editor) return (await simulate(seed, ledgers)).log;
  const { log, beyond, found, bugs } = await editedWorld(seed);
  for (const bug of bugs) process.stdout.write(`world ${seed}, a bug: ${bug}\n`);
  if (beyond.length > 0 && found) process.stdout.write(`world ${seed}, found by verify: ${beyond.join('; ')}\n`);
  if (beyond.length > 0 && !found) throw new Error(`world ${seed}: ${beyond.join('; ')}\n\n${log.join('\n')}`);
  return log;
};

/** The same in several processes, each with its share of the seeds. */
const share = async (): Promise<number> => {
  const codes = Array.from({ length: processes }, (_, index) => {
    const first = from + Math.floor((count * index) / processes);
    const next = from + Math.floor((count * (index + 1)) / processes);
    const own = ['--seeds', `${next - first}`, '--from', `${first}`, '--ledgers', `${ledgers}`, ...(values.editor ? ['--editor'] : [])];
    const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, ...own], { stdio: 'inherit' });
    return new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  });
  return Math.max(...(await Promise.all(codes)));
};

if (processes > 1) process.exit(await share());

let failed = 0;
for (let seed = from; seed < from + count; seed += 1) {
  try {
    const log = await live(seed);
    if (count === 1) process.stdout.write(`${log.join('\n')}\n`);
  } catch (thrown) {
    failed += 1;
    process.stdout.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n\n`);
  }
  if ((seed - from + 1) % 100 === 0) process.stdout.write(`${seed - from + 1} worlds, ${failed} failed\n`);
}
process.stdout.write(`worlds ${from} to ${from + count - 1}: ${failed} of ${count} failed\n`);
process.exit(failed === 0 ? 0 : 1);
