import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';

/** Characters of one look. */
export interface Run {
  text: string;
  column: number;
  /** One of the terminal's sixteen colours; null: its usual one. */
  colour: number | null;
  bold: boolean;
  dim: boolean;
}

/** What the screen showed from this moment on, ms after the start, line by line. */
export interface Frame {
  at: number;
  lines: Run[][];
}

export interface Played {
  columns: number;
  rows: number;
  frames: Frame[];
  /** When it ended, ms after the start. */
  end: number;
}

type Screen = InstanceType<typeof headless.Terminal>;

const runsOf = (screen: Screen, row: number): Run[] => {
  const line = screen.buffer.active.getLine(screen.buffer.active.baseY + row);
  const runs: Run[] = [];
  for (let column = 0; column < screen.cols; column++) {
    const cell = line?.getCell(column);
    const text = cell?.getChars() ?? '';
    if (cell === undefined || text === '') continue;
    const look = { colour: cell.isFgPalette() ? cell.getFgColor() % 16 : null, bold: cell.isBold() !== 0, dim: cell.isDim() !== 0 };
    const last = runs.at(-1);
    const goesOn =
      last !== undefined &&
      last.column + last.text.length === column &&
      last.colour === look.colour &&
      last.bold === look.bold &&
      last.dim === look.dim;
    if (goesOn) last.text += text;
    else runs.push({ text, column, ...look });
  }
  return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter(({ text }) => text.trim() !== '');
};

/** Runs a program at a terminal of this size, and keeps what the screen showed, at most once in `everyMs`. Rejects where it does not end with 0. */
export const play = (
  [program, ...words]: readonly [string, ...string[]],
  { columns, rows, everyMs, env }: { columns: number; rows: number; everyMs: number; env: Record<string, string> },
): Promise<Played> =>
  new Promise((resolve, reject) => {
    const screen = new headless.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
    const pty = spawn(program, words, { name: 'xterm-256color', cols: columns, rows, env });
    const began = Date.now();
    const frames: Frame[] = [];
    const look = (): void => {
      const lines = Array.from({ length: rows }, (_, row) => runsOf(screen, row));
      if (JSON.stringify(frames.at(-1)?.lines) !== JSON.stringify(lines)) frames.push({ at: Date.now() - began, lines });
    };
    const timer = setInterval(look, everyMs);
    pty.onData((data) => screen.write(data));
    pty.onExit(({ exitCode }) => {
      clearInterval(timer);
      screen.write('', () => {
        look();
        if (exitCode === 0) resolve({ columns, rows, frames, end: Date.now() - began });
        else reject(new Error(`the program ended with ${exitCode}`));
      });
    });
  });
