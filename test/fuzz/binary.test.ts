import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { parseLine } from '../../src/surfaces/cli/parse/parse-line.ts';
import { manifest } from '../support/hint.ts';
import { lonelyHome } from '../support/home.ts';
import { commandLines, type Line } from './command-line.ts';
import { fuzz } from './fuzz.ts';
import { expectProper, servedMcp } from './proper-answer.ts';
import { mayWriteErrors, modeOf } from './run-line.ts';

/** What serves for ever, plays for long, or writes wherever a noisy path points. */
const apart = new Set([
  'demo',
  'crash-test',
  'init',
  'serve',
  'dashboard',
  'serve install',
  'serve uninstall',
  'serve backup',
  'gc watch',
  'devnet up',
  'profile',
  'plugin',
  'skill install',
  'ledger export',
  'vm cp',
]);
const all = await manifest;

const isApart = ({ argv, environment }: Line): boolean => {
  try {
    const parsed = parseLine(all, '1.2.0', argv, environment);
    return parsed.kind === 'selection' && apart.has(parsed.selection.command.name);
  } catch {
    return false;
  }
};

/** No process can be given these. */
const cannotBePassed = ({ argv, environment }: Line): boolean =>
  [...argv, ...Object.values(environment)].some((word) => word.includes('\u0000'));

describe('the binary', () => {
  let home: ReturnType<typeof lonelyHome>;
  beforeAll(() => {
    home = lonelyHome();
  });
  afterAll(() => home.close());

  fuzz<Line>({
    name: 'binary',
    title: 'a process answers as the code does in this one, and leaves nothing behind',
    runs: 200,
    values: commandLines(all.commands).filter((line) => !isApart(line) && !cannotBePassed(line)),
    async holds(line) {
      const ran = await home.run(line.argv, { env: { ALEPH_AGENT_TIMEOUT: '', ...line.environment } });
      const answered = { ...ran, exit: ran.exit ?? -1 };
      const mode = modeOf(line);
      if (!servedMcp(line, answered)) await expectProper(answered, mode);
      if (mode !== 'text' && !mayWriteErrors(line)) expect(answered.stderr).toBe('');
      expect(readdirSync(home.cwd)).toEqual([]);
      // no network runs here, so nothing can have been held for one
      expect(readdirSync(home.folder).filter((name) => !/^(settings\.json|keys|cache|ledger\.sqlite.*)$/.test(name))).toEqual([]);
    },
  });
});
