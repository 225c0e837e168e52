import { spawn, spawnSync } from 'node:child_process';

export const binary = 'bin/aleph-agent.js';

/** This machine's environment, which is what a call has, without what would be meant for our own program. */
export const environmentAt = (home: string): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || /^(ALEPH_AGENT_|NODE_OPTIONS$|npm_)/.test(name) ? [] : [[name, value]],
    ),
  ),
  HOME: home,
  ALEPH_AGENT_HOME: home,
});

export const wordsOf = (line: string): string[] => line.split(' ').filter((word) => word !== '');

/** Runs this Node with these words to their end, which must be a good one: what fails early would look fast. */
export const run = (node: string, args: readonly string[], env: Readonly<Record<string, string>>): { ms: number; stdout: string } => {
  const begin = performance.now();
  const { stdout, stderr, status, error } = spawnSync(node, args, { env, encoding: 'utf8' });
  const ms = performance.now() - begin;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
  return { ms, stdout };
};

/** Runs Node without holding up a server in this process. */
export const runBeside = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<{ stdout: string; stderr: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      texts.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      texts.stderr += text;
    });
    child.on('error', reject);
    child.on('close', () => resolve(texts));
  });

/** What the machine does beside us only ever adds. */
export const least = (numbers: readonly number[]): number => Math.min(...numbers);

/** The least of each after some rounds, interleaved, so that a machine that slows down slows all of them. */
export const interleaved = async <Name extends string>(
  rounds: number,
  measures: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number>> => {
  const names = Object.keys(measures) as Name[];
  const found = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) for (const name of names) found.get(name)?.push(await measures[name]());
  return Object.fromEntries(names.map((name) => [name, least(found.get(name) ?? [])])) as Record<Name, number>;
};
