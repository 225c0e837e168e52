import { describe, expect } from 'vitest';
import { Failure } from '../../src/domain/failure/failure.ts';
import type { ChangeContext } from '../../src/ports/context.ts';
import { manifest } from '../support/hint.ts';
import { commandLines } from './command-line.ts';
import { fuzz } from './fuzz.ts';
import { expectProper, servedMcp } from './proper-answer.ts';
import { mayWriteErrors, modeOf, opened, runLine } from './run-line.ts';

/** The context of a home in which nothing runs: whatever is asked of it fails as it does there. */
const nowhere = new Proxy({} as ChangeContext, {
  get: (_context, member) => {
    if (member === 'then') return undefined;
    throw new Failure('DEVNET_NOT_RUNNING', 'No devnet runs in this home.');
  },
});

const { commands } = await manifest;

describe('command lines', () => {
  fuzz({
    name: 'lines',
    title: 'any command line is answered properly, and reaches nothing unless it is right',
    runs: 60_100,
    values: commandLines(commands),
    async holds(line) {
      const answered = await runLine(line, () => opened(async () => nowhere));
      const mode = modeOf(line);
      if (!servedMcp(line, answered)) await expectProper(answered, mode);
      if (mode !== 'text' && !mayWriteErrors(line)) expect(answered.stderr).toBe('');
    },
  });
});
