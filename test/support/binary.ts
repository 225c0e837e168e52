import { resolve } from 'node:path';

/** The built binary, as users have it: `npm run build` comes first (npm test does it). */
export const binary = resolve(import.meta.dirname, '../../bin/aleph-agent.js');

/** The same with the hook that kills it at an effect point, which is in no released one. */
export const crashBinary = resolve(import.meta.dirname, '../../dist-crash/main.js');

/** Compiled once for all homes of all tests. */
const compiled = resolve(import.meta.dirname, '../../node_modules/.cache/aleph-agent-compiled');

/** What every process of a test gets, and nothing else of this machine's environment. */
export const plainEnvironment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  LANG: 'C.UTF-8',
  ALEPH_AGENT_COMPILED: compiled,
});

/** Every command that an answer suggests can be typed (issue 3), whatever the test is about. */
export const requireHints = async (stdout: string): Promise<void> => {
  if (!/"(fix|next)":/.test(stdout)) return;
  const { badHints } = await import('./hint.ts');
  const problems = await badHints(stdout);
  if (problems.length > 0) throw new Error(`suggested and no command: ${problems.join('; ')}`);
};

/** Words of a command line; quotes keep words together, as a shell would. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, a, b) => a ?? b ?? ''));
