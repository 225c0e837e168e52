import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withPrintOuts } from './crash-test/crash-test-section.ts';

const root = resolve(import.meta.dirname, '..');
const page = join(root, 'docs/security.md');
/** Of the user `nobody`. */
const nobody = 65_534;
const columns = '110';

/** Runs it, as another user where one is given, and returns what it printed; an error where a claim fell. */
const printed = (words: readonly string[], uid: number): string => {
  const home = mkdtempSync(join(tmpdir(), 'aleph-agent-page-'));
  chownSync(home, uid, uid);
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', NO_COLOR: '1', ALEPH_AGENT_FORCE_TTY: columns };
  const line = [join(root, 'bin/aleph-agent.js'), 'crash-test', ...words, '--seed', '7'];
  const ran = spawnSync(process.execPath, line, { env, cwd: home, uid, gid: uid, encoding: 'utf8' });
  rmSync(home, { recursive: true, force: true });
  if (ran.status !== 0) throw new Error(`crash-test ended with ${ran.status}: ${ran.stdout}${ran.stderr}`);
  // what one might type next is for a terminal alone
  return ran.stdout.replace(/\n\n[^\n]+: aleph-agent [^\n]+\n$/, '\n');
};

/** `npm run crash-test-page`: runs it as root and as nobody, and writes what it printed into docs/security.md. */
if (process.getuid?.() !== 0) throw new Error('It shows what root sees, too: run it as root.');
writeFileSync(page, withPrintOuts(readFileSync(page, 'utf8'), { asRoot: printed([], 0), asNobody: printed(['two-users'], nobody) }));
