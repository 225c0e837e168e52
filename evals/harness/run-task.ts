import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startDevnet } from '../../test/support/devnet/devnet-process.ts';
import { patient } from '../../test/support/home.ts';
import { endState } from './end-state.ts';
import { type Recorded, record } from './recorded.ts';
import type { Task, World } from './task.ts';

export const doors = ['cli', 'mcp', 'opencode'] as const;

/** How the agent comes to the program: types commands, has an MCP server, or OpenCode's plugin. */
export type Door = (typeof doors)[number];

export interface Outcome extends Recorded {
  task: string;
  /** Why it was not done; none where it was. */
  problems: string[];
  /** Until the agent ended. */
  seconds: number;
}

export interface Run {
  /** A shell's line; the prompt comes on its stdin. */
  agent: string;
  door: Door;
  /** After so long the agent is killed. */
  limitMs: number;
}

const profile = resolve(import.meta.dirname, '../../profiles/aleph-agent.md');

const told: Readonly<Record<Door, string>> = {
  cli: 'You have the command line program aleph-agent. The file aleph-agent.md in this folder says how it is used.',
  mcp: 'You have the tools of the MCP server aleph-agent, which mcp.json in this folder tells how to start.',
  opencode: 'You have the tools of aleph-agent.',
};

/** Has an agent do one task on a devnet of its own, and looks at how the devnet stands afterwards. Nothing of the agent's words counts. */
export const runTask = async (task: Task, { agent, door, limitMs }: Run): Promise<Outcome> => {
  const devnet = await startDevnet({ guests: 'exec', nodes: 6, seed: 5 });
  try {
    const home = await devnet.home(task.usd ?? '10');
    const world = { devnet, home, work: home.cwd };
    const given = await task.given(world);
    const undone = await problemsOf(task, world, given);
    if (undone.length === 0) throw new Error(`task ${task.id} counts as done before an agent came`);
    const { env, read } = record(home, { ...patient, ...task.env });
    await open[door](home.cwd, env);
    const began = performance.now();
    const killed = await runAgent(agent, {
      cwd: home.cwd,
      env: { ...process.env, ...env, EVAL_TASK: task.id },
      stdin: `${task.prompt}\n\n${told[door]} Work in this folder.\n`,
      limitMs,
    });
    const seconds = Math.round((performance.now() - began) / 1000);
    const late = killed ? [`the agent was killed after ${seconds} s`] : [];
    return { task: task.id, problems: [...late, ...(await problemsOf(task, world, given))], seconds, ...read() };
  } finally {
    await devnet.close();
  }
};

const problemsOf = async (task: Task, world: World, given: unknown): Promise<string[]> => {
  const end = await endState(world);
  return [...end.broken, ...task.problems(end, given)];
};

/** Puts what the agent needs for its door into the folder in which it works. */
const open: Readonly<Record<Door, (work: string, env: Readonly<Record<string, string>>) => Promise<void>>> = {
  cli: async (work) => copyFileSync(profile, join(work, 'aleph-agent.md')),
  mcp: async (work) =>
    writeFileSync(join(work, 'mcp.json'), JSON.stringify({ mcpServers: { 'aleph-agent': { command: 'aleph-agent', args: ['mcp'] } } })),
  opencode: async (work, env) => {
    mkdirSync(join(work, '.opencode'), { recursive: true });
    await runAgent('aleph-agent plugin opencode --project', { cwd: work, env: { ...process.env, ...env }, stdin: '', limitMs: 60_000 });
  },
};

interface Surroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  stdin: string;
  limitMs: number;
}

/** Resolves once the agent has ended, with whether it had to be killed. */
const runAgent = (line: string, { cwd, env, stdin, limitMs }: Surroundings): Promise<boolean> =>
  new Promise((done, fail) => {
    const child = spawn(line, { cwd, env, shell: true, detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
    let killed = false;
    // it may have processes of its own
    const end = setTimeout(() => {
      killed = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, limitMs);
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    child.on('error', fail);
    child.on('close', () => {
      clearTimeout(end);
      done(killed);
    });
  });
