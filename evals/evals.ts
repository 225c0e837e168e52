import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { doors, type Outcome, runTask } from './harness/run-task.ts';
import { tasks } from './tasks.ts';

/**
 * `npm run evals -- --agent 'COMMAND'`: has an agent do each task on a fresh devnet, and judges by the devnet's end state. COMMAND is a
 * shell's line that gets the task on stdin and finds `aleph-agent` in its PATH.
 */
const { values } = parseArgs({
  options: {
    agent: { type: 'string' },
    door: { type: 'string', default: 'cli' },
    task: { type: 'string', multiple: true, default: [] },
    minutes: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
});

const wrong = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(2);
};

const agent = values.agent ?? wrong("Name the agent: npm run evals -- --agent 'COMMAND'. The task comes on its stdin.");
const door = doors.find((name) => name === values.door) ?? wrong(`"${values.door}" is no door; there are ${doors.join(', ')}.`);
const minutes = Number(values.minutes);
if (!(minutes > 0)) wrong(`"${values.minutes}" is no number of minutes above 0.`);
const unknown = values.task.filter((id) => !tasks.some((task) => task.id === id));
if (unknown.length > 0) wrong(`There is no task ${unknown.join(', ')}; there are ${tasks.map(({ id }) => id).join(', ')}.`);

const outcomes: Outcome[] = [];
for (const task of tasks.filter(({ id }) => values.task.length === 0 || values.task.includes(id))) {
  const outcome = await runTask(task, { agent, door, limitMs: minutes * 60_000 });
  outcomes.push(outcome);
  process.stderr.write(`${outcome.problems.length === 0 ? 'done  ' : 'failed'} ${task.id}\n`);
}

const table = new Table({
  head: ['task', 'done', 'calls', 'tokens', 'made up', 's', 'problems'],
  style: { head: [], border: [], compact: true },
  wordWrap: true,
  colWidths: [17, 6, 7, 8, 14, 6, 62],
});
for (const { task, problems, calls, tokens, invented, seconds } of outcomes)
  table.push([task, problems.length === 0 ? 'yes' : 'no', calls, tokens, invented.join(' '), seconds, problems.join('; ')]);
const done = outcomes.filter(({ problems }) => problems.length === 0).length;
process.stdout.write(
  values.json ? `${JSON.stringify({ agent, door, outcomes })}\n` : `${table}\n${done} of ${outcomes.length} done through ${door}\n`,
);
process.exitCode = done === outcomes.length ? 0 : 1;
