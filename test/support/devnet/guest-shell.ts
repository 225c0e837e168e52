import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Devnet } from '../../../src/devnet/create-devnet.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';

type Exec = ChangeContext['shell']['exec'];

/** Commands of a guest without SSH: a real shell, whose home is a folder of the test. */
export const guestShell = () => {
  const home = mkdtempSync(join(tmpdir(), 'aleph-agent-guest-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return {
    /** `clock`: of the devnet, which stands still meanwhile. */
    exec: (clock: () => Devnet['clock']): Exec => {
      const run: Exec = async ({ command: [program = '', ...words], feed }) => {
        const child = spawn(program, words, { env: { HOME: home, PATH: process.env['PATH'] }, stdio: 'pipe' });
        const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 255)));
        const said = Promise.all([text(child.stdout), text(child.stderr)]);
        for await (const bytes of feed ?? []) child.stdin.write(bytes);
        child.stdin.end();
        const [stdout, stderr] = await said;
        return { exitCode: await ended, stdout, stderr, truncated: false };
      };
      return (request) => {
        const ran = run(request);
        clock().hold(ran);
        return ran;
      };
    },
    /** What a file in its home holds; empty for none. */
    read(name: string): string {
      try {
        return readFileSync(join(home, name), 'utf8');
      } catch {
        return '';
      }
    },
  };
};
