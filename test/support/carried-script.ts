import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { guestCommands } from '../../src/devnet/guests/guest-commands.ts';

export interface ScriptRun {
  exit: number;
  output: string;
}

/** A machine of its own for a script: what is in its folder, the devnet's time, and of this machine's programs only those named. */
export interface ScriptMachine {
  folder: string;
  /** A file about the machine, as `cat` shows it. */
  put(file: string, text: string): void;
  /** Its clock is this far from the devnet's, s. */
  skew(seconds: number): void;
  /** It has turned itself off. */
  isOff(): boolean;
  run(shell: readonly string[], script: string, ...words: string[]): Promise<ScriptRun>;
  close(): void;
}

export const findProgram = (name: string): string | null =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync) ?? null;

const tools = [
  'sh',
  'awk',
  'sed',
  'tr',
  'grep',
  'cut',
  'wc',
  'touch',
  'mktemp',
  'rm',
  'dirname',
  'basename',
  'tail',
  'sha256sum',
  'sort',
  'date',
  'cat',
  'timeout',
];

/** `with`: `curl`, `wget`, or `busybox` for its own of everything. */
export const scriptMachine = (control: string, fetcher: 'curl' | 'wget' | 'busybox'): ScriptMachine => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-script-'));
  const system = join(folder, 'system');
  const bin = join(system, 'bin');
  const programs = join(folder, 'programs');
  for (const path of [bin, programs, ...['linked', 'enabled', 'active'].map((part) => join(system, part))])
    mkdirSync(path, { recursive: true });
  const link = (name: string, program = name): void => {
    const found = findProgram(program);
    if (found !== null) symlinkSync(found, join(programs, name));
  };
  for (const tool of tools) link(tool, fetcher === 'busybox' ? 'busybox' : tool);
  link(fetcher === 'busybox' ? 'wget' : fetcher, fetcher);
  for (const [name, text] of Object.entries(guestCommands({ system, control, path: process.env['PATH'] ?? '' }))) {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o700);
  }
  const trueDate = guestCommands({ system, control, path: process.env['PATH'] ?? '' })['date'] ?? '';
  const put = (file: string, text: string): void => {
    mkdirSync(join(system, file, '..'), { recursive: true });
    writeFileSync(join(system, file), text);
  };
  return {
    folder,
    put,
    skew: (seconds) => {
      writeFileSync(join(bin, 'date'), trueDate.replace('date -d', `now=$((now + (${seconds})))\ndate -d`));
      chmodSync(join(bin, 'date'), 0o700);
    },
    isOff: () => existsSync(join(system, 'poweroff')),
    run: ([shell = 'sh', ...options], script, ...words) =>
      new Promise((resolve, reject) => {
        const child = spawn(findProgram(shell) ?? shell, [...options, script, ...words], {
          env: { PATH: `${bin}:${programs}`, TMPDIR: folder },
          cwd: folder,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            output += text;
          });
        child.on('error', reject).on('close', (exit) => resolve({ exit: exit ?? -1, output }));
      }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
};
