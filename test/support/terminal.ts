import { type IPty, spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { binary, wordsOf } from './binary.ts';

/** The binary in a real pseudo-terminal, and what one sees there. */
export interface Terminal {
  /** The screen as it is now, without blank ends. */
  screen(): string;
  /** The same with what has scrolled away above it. */
  whole(): string;
  /** Lines that did not fit and went on in the next row. */
  torn(): string[];
  /** Everything that was written, escapes included. */
  raw(): string;
  /** Waits until the screen shows it; what it shows otherwise is in the error. */
  shows(pattern: RegExp): Promise<string>;
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  signal(name: 'SIGINT' | 'SIGTERM'): void;
  /** The exit code, once it has ended and everything is on the screen. */
  exit: Promise<number>;
}

export interface TerminalOptions {
  env: Readonly<Record<string, string>>;
  cwd: string;
  columns: number;
  rows?: number;
  /** Another program than the binary, for pipes: a line for sh. */
  shell?: boolean;
}

export const keys = { enter: '\r', down: '\u001b[B', up: '\u001b[A', interrupt: '\u0003', escape: '\u001b', end: '\u0004' } as const;

const patienceMs = 50_000;

const text = (terminal: InstanceType<typeof headless.Terminal>, from: number): string => {
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length - from }, (_, row) => active.getLine(from + row)?.translateToString(true) ?? '');
  return lines.join('\n').trimEnd();
};

const torn = (terminal: InstanceType<typeof headless.Terminal>): string[] => {
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let row = 1; row < active.length; row++) {
    if (active.getLine(row)?.isWrapped !== true) continue;
    lines.push(`${active.getLine(row - 1)?.translateToString(true)}|${active.getLine(row)?.translateToString(true)}`);
  }
  return lines;
};

/** Types a command line, without the program's name, at a terminal of this many columns. */
export const atTerminal = (line: string, { env, cwd, columns, rows = 40, shell = false }: TerminalOptions): Terminal => {
  const terminal = new headless.Terminal({ cols: columns, rows, scrollback: 2000, allowProposedApi: true });
  const [program, args] = shell ? ['/bin/sh', ['-c', line]] : [process.execPath, [binary, ...wordsOf(line)]];
  const pty: IPty = spawn(program as string, args as string[], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { ...env },
  });
  const looking = new Set<() => void>();
  let raw = '';
  let ended: number | null = null;
  const screen = (): string => text(terminal, terminal.buffer.active.baseY);
  const whole = (): string => text(terminal, 0);
  pty.onData((data) => {
    raw += data;
    terminal.write(data, () => looking.forEach((look) => void look()));
  });
  const exit = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      ended = signal ? 128 + signal : exitCode;
      terminal.write('', () => {
        looking.forEach((look) => void look());
        resolve(ended ?? -1);
      });
    });
  });
  return {
    screen,
    whole,
    torn: () => torn(terminal),
    raw: () => raw,
    exit,
    press: (typed) => pty.write(typed),
    signal: (name) => pty.kill(name),
    resize: (wide, high) => {
      terminal.resize(wide, high);
      pty.resize(wide, high);
    },
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const done = (act: () => void): void => {
          looking.delete(look);
          clearTimeout(timer);
          act();
        };
        const missed = (why: string) => () => reject(new Error(`${why} ${pattern}; it shows\n${whole()}`));
        const look = (): void => {
          if (pattern.test(screen())) done(() => resolve(screen()));
          else if (ended !== null) done(missed(`ended with ${ended} and never showed`));
        };
        const timer = setTimeout(() => done(missed('never showed')), patienceMs);
        looking.add(look);
        look();
      }),
  };
};
