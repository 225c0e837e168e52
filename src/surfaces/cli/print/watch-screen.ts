import type { Style } from '../../../contract/declare/style.ts';
import { Failure } from '../../../domain/failure/failure.ts';
import { failureCodes } from '../../../domain/failure/failure-codes.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import { failureOf } from '../../failure-of.ts';
import type { Host } from './host.ts';
import { wrapText } from './wrap-text.ts';

const everyMs = 5_000;

/** Switches the terminal to its alternate screen without a cursor; `leave` switches back. */
const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';
const home = '\u001b[H';
const clearLine = '\u001b[K';
const clearBelow = '\u001b[J';

/** Throws `USAGE` where no terminal can be redrawn. */
export const requireScreen = (host: Host, text: boolean): void => {
  if (text && host.terminals.output && host.environment['TERM'] !== 'dumb') return;
  throw new Failure('USAGE', '--watch needs a terminal, and text: elsewhere make the call again when you want to know.');
};

/**
 * Redraws the text in place every few seconds until interrupted; exits 130 and leaves the last text on the normal screen. A failure that
 * may pass by itself (no answer, a busy ledger) is shown below the last text; any other failure ends the watch.
 */
export const watchScreen = async (host: Host, style: () => Promise<Style>, draw: (style: Style) => Promise<string>): Promise<number> => {
  let seen = '';
  let away = false;
  const back = (): void => {
    if (away) host.write(leave);
    away = false;
  };
  host.signal.addEventListener('abort', back, { once: true });
  try {
    while (!host.signal.aborted) {
      const dress = await style();
      const problem = await draw(dress).then(
        (text) => {
          seen = host.legible(text);
          return null;
        },
        (thrown: unknown) => passing(failureOf(thrown, host.signal)),
      );
      if (host.signal.aborted) break;
      if (!away) host.write(enter);
      away = true;
      const foot = dress.dim(`${formatInstant(host.now()).slice(11, 19)} UTC, every ${everyMs / 1000} s; Ctrl-C ends`);
      const trouble = problem === null ? [] : wrapText(`${problem.message} (${problem.code})`, host.width).split('\n').map(dress.bad);
      host.write(frame([...seen.split('\n'), ...trouble, '', foot], host.height));
      await host.pause(everyMs);
    }
  } finally {
    host.signal.removeEventListener('abort', back);
    back();
  }
  if (seen !== '') host.write(`${seen}\n`);
  return host.interruptedExit() ?? 0;
};

/** The failure if it may pass by itself; null for an interruption, which the loop notices. Throws any other. */
const passing = (failure: Failure): Failure | null => {
  if (failure.code === 'INTERRUPTED') return null;
  if (!failureCodes[failure.code].retryable) throw failure;
  return failure;
};

/** One write over the frame before, so that nothing flickers. Lines beyond the terminal's height are counted instead. */
const frame = (lines: readonly string[], height: number): string => {
  const room = Math.max(3, height);
  const shown =
    lines.length <= room ? lines : [...lines.slice(0, room - 2), `... ${lines.length - room + 1} more lines`, lines.at(-1) ?? ''];
  return `${home}${shown.map((line) => `${line}${clearLine}`).join('\r\n')}${clearBelow}`;
};
