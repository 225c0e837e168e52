import { failureCodes } from '../../src/domain/failure/failure-codes.ts';
import { hintProblem } from '../support/hint.ts';

export interface Answered {
  exit: number;
  stdout: string;
  stderr: string;
}

/** What ends in JSON: the envelope, or with `--brief` its data alone. */
export interface Envelope {
  ok?: boolean;
  schema?: string;
  error?: {
    code: string;
    exit: number;
    message: string;
    retryable: boolean;
    sideEffects: string;
    fix: { command: string | null; text: string };
  };
  next?: { command: string }[];
}

const exits = new Set([...Object.values(failureCodes).map(({ exit }) => exit), 0, 143]);
exits.delete(failureCodes.INTERNAL.exit);

const stack = /\n\s+at .+:\d+:\d+/;
/** Values that nobody meant to print. */
const leak = /\[object Object\]|\bundefined is not\b|Cannot read propert|ZodError|SQLITE_|TypeError|RangeError|SyntaxError/;

/** Sees that an answer is one of the two that there may be: a proper success, or a declared failure. Throws with what it is instead. */
export const expectProper = async ({ exit, stdout, stderr }: Answered, mode: 'text' | 'json' | 'ndjson'): Promise<Envelope | null> => {
  const wrong = (what: string): Error => new Error(`${what}: exit ${exit}, stdout ${stdout.slice(0, 600)}, stderr ${stderr.slice(0, 600)}`);
  if (!exits.has(exit)) throw wrong('an exit code that is not in the table');
  if (stack.test(stdout) || stack.test(stderr)) throw wrong('a stack trace');
  if (leak.test(stdout) || leak.test(stderr)) throw wrong('the inside of the program');
  if (mode === 'text') {
    if (exit !== 0 && !/^(warning|error): /m.test(stderr)) throw wrong('a failure without a word');
    if (exit !== 0 && stdout !== '') throw wrong('a failure with a result');
    return null;
  }
  const lines = stdout.split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw wrong('a document that no newline ends');
  if (mode === 'json' && lines.length !== 1) throw wrong('not exactly one document');
  const documents = lines.map((line) => JSON.parse(line) as Envelope & { type?: string });
  const last = documents.at(-1) ?? {};
  if (mode === 'ndjson' && last.type !== 'result') throw wrong('a stream without a result at its end');
  if (last.ok === false || exit !== 0) await expectFailure(last, exit, wrong);
  for (const { command } of Array.isArray(last.next) ? last.next : []) {
    const problem = await hintProblem(command);
    if (problem !== null) throw wrong(`a next step that cannot be typed, ${problem}`);
  }
  return last;
};

/** Did the line serve MCP to a client that had gone already? Its stdout is the client's, and so it says nothing. */
export const servedMcp = ({ argv }: { argv: readonly string[] }, { exit, stdout }: Answered): boolean =>
  argv.includes('mcp') && exit === 0 && stdout === '';

const expectFailure = async ({ ok, schema, error }: Envelope, exit: number, wrong: (what: string) => Error): Promise<void> => {
  if (ok !== false || schema !== 'failure@1' || error === undefined) throw wrong('a failure without an envelope');
  const known = (failureCodes as Readonly<Record<string, { exit: number }>>)[error.code];
  if (known === undefined) throw wrong(`no such code as ${error.code}`);
  if (error.exit !== exit || known.exit !== exit) throw wrong('an exit code that is not that of its failure');
  if (error.message === '' || error.fix.text === '') throw wrong('a failure that says nothing');
  if (error.fix.command === null) return;
  const problem = await hintProblem(error.fix.command);
  if (problem !== null) throw wrong(`a fix that cannot be typed, ${problem}`);
};
