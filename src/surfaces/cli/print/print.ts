import type { Hint } from '../../../contract/declare/command.ts';
import type { Style } from '../../../contract/declare/style.ts';
import type { Failure } from '../../../domain/failure/failure.ts';
import { bySeverity } from '../../../domain/failure/severity.ts';
import { cleanUntrusted } from '../../../domain/text/untrusted.ts';
import type { Failed, Success, Warning } from '../../envelope.ts';
import type { Host } from './host.ts';
import type { OutputMode } from './output-mode.ts';
import { plainStyle } from './plain-style.ts';
import { columnsOf, hangText } from './wrap-text.ts';

const plainNumbers = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** Prints one document: compact on a pipe, indented on a terminal; in NDJSON mode as the line that ends the stream. */
export const printDocument = (host: Host, mode: OutputMode, document: Success | Failed, brief: boolean): void => {
  const shown = mode === 'ndjson' ? { type: 'result', ...document } : brief && document.ok ? document.data : document;
  host.write(`${JSON.stringify(shown, plainNumbers, mode === 'json' && host.terminals.output ? 2 : undefined)}\n`);
};

/** Prints the result for people on stdout; next steps only at a terminal, and without those that stand on a line of the text already. */
export const printText = (host: Host, style: Style, text: string, hints: readonly Hint[]): void => {
  const told = new Set(text.split('\n').map((line) => line.trim()));
  const next = hints.filter(({ command }) => !told.has(command));
  const shown = host.legible(text);
  if (shown !== '') host.write(shown.endsWith('\n') ? shown : `${shown}\n`);
  if (!host.terminals.output || next.length === 0) return;
  // a command stays in one piece for copying, on its own line where it does not fit on that of its reason
  const lines = next.map(({ command, why }) => {
    const fits = host.width === 0 || columnsOf(`${why}: ${command}`) <= host.width;
    return `${style.dim(`${why}:`)}${fits ? ' ' : '\n  '}${style.command(command)}`;
  });
  host.write(`\n${lines.join('\n')}\n`);
};

/** Colours that are there for stdout's terminal alone reach no file that stderr is sent to. */
export const printWarnings = (host: Host, style: Style, warnings: readonly Warning[]): void =>
  host.writeError(
    host.legible(
      warningLines(host.terminals.output && !host.terminals.errors ? plainStyle('') : style, warnings, errorWidth(host))
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );

export const warningLines = (style: Style, warnings: readonly Warning[], width: number): string[] =>
  warnings.map(({ code, message }) => `${style.warn('warning:')} ${hangText(`${cleanUntrusted(message)} (${code})`, width, 9)}`);

/** Width of the terminal on stderr; 0 where there is none, so that no line is broken. */
const errorWidth = (host: Host): number => (host.terminals.errors ? host.width : 0);

/** The text of a fix and its command. The command stays in one piece for copying, on its own line where both do not fit on one. */
const fixLine = (style: Style, { text, command }: { text: string; command: string | null }, width: number): string => {
  if (command === null) return hangText(text, width, 5);
  const fits = width === 0 || `fix: ${text} ${command}`.length <= width;
  return `${hangText(text, width, 5)}${fits ? ' ' : '\n     '}${style.command(command)}`;
};

/** Prints the failure for people on stderr: its sentence, each failing check, and the fix. */
export const printFailure = (host: Host, style: Style, failure: Failure, error: Record<string, unknown>): void => {
  const checks = failure.details.checks ?? [];
  const width = errorWidth(host);
  const hung = (message: string, indent: number): string => hangText(cleanUntrusted(message), width, indent);
  const listed =
    checks.length > 1 ? bySeverity(checks).map(({ code, message }) => `  ${style.dim(code)}  ${hung(message, code.length + 4)}`) : [];
  const fix = error['fix'] as { command: string | null; text: string };
  const instead = (error['facts'] as Record<string, unknown> | undefined)?.['instead'];
  const lines = [
    `${style.bad('error:')} ${hung(`${failure.message} (${failure.code}, exit ${error['exit']})`, 7)}`,
    ...listed,
    `${style.dim('fix:')} ${fixLine(style, fix, width)}`,
    ...(typeof instead === 'string'
      ? [`${style.dim('or:')}  ${fixLine(style, { text: 'End it, which stops what it costs.', command: instead }, width)}`]
      : []),
  ];
  host.writeError(host.legible(`${lines.join('\n')}\n`));
};
