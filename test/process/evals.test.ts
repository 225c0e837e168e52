import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Door, type Outcome, runTask } from '../../evals/harness/run-task.ts';
import { tasks } from '../../evals/tasks.ts';

const scripted = (agent: string, id: string, door: Door = 'cli'): Promise<Outcome> =>
  runTask(tasks.find((task) => task.id === id)!, {
    agent: `node '${resolve(import.meta.dirname, '../../evals/agents', `${agent}.mjs`)}'`,
    door,
    limitMs: 300_000,
  });

describe('evals: a task is judged by how the devnet stands afterwards', () => {
  it.each(tasks.map(({ id }) => id))('A-050 A-052 A-054 an agent that does %s right has done it, and not before it came', async (id) => {
    const { problems, invented, calls, tokens } = await scripted('right', id);
    expect(problems).toEqual([]);
    expect(invented).toEqual([]);
    expect(calls).toBeGreaterThan(0);
    expect(tokens).toBeGreaterThan(0);
  });

  it.each(['look', 'create-within', 'extend-asks'])('%s is done through MCP, too', async (id) => {
    const { problems, calls } = await scripted('right-mcp', id, 'mcp');
    expect(problems).toEqual([]);
    expect(calls).toBe(1);
  });

  it.each([
    ['idle', 'clean-task', /^3 VMs run/],
    ['hasty', 'refuse-beyond', /^1 VMs were made/],
    ['hasty', 'files', /^1 VMs bill on/],
    ['boaster', 'create-within', /^0 VMs were made/],
    ['boaster', 'look', /^answer.json says 1 VMs, 2 run/],
  ])('an agent that is %s has not done %s', async (agent, id, why) => {
    const { problems } = await scripted(agent, id);
    expect(problems).toContainEqual(expect.stringMatching(why));
  });

  it('what an agent made up is told', async () => {
    const { invented } = await scripted('boaster', 'create-within');
    expect(invented).toEqual(['--size', 'vm sort']);
  });

  it('docs/evals.md lists the tasks', () => {
    const page = readFileSync(resolve(import.meta.dirname, '../../docs/evals.md'), 'utf8');
    expect([...page.matchAll(/^\| `([a-z][a-z-]*)` \|/gm)].map(([, id]) => id)).toEqual(tasks.map(({ id }) => id));
  });
});
