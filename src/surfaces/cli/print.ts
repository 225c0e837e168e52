import type { Hint } from '../../contract/command.ts';
import type { Style } from '../../contract/style.ts';
import type { Failure } from '../../domain/failure.ts';
import { byGravity } from '../../domain/gravity.ts';
import { cleanUntrusted } from '../../domain/untrusted.ts';
import type { Failed, Success, Warning } from '../envelope.ts';
import type { Host } from './host.ts';
import type { OutputMode } from './output-mode.ts';

const plainNumbers = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

/** One document: compact on a pipe, indented on a terminal; in NDJSON the line that ends the stream. */
export const printDocument = (host: Host, mode: OutputMode, document: Success | Failed, brief: boolean): void => {
  const shown = mode === 'ndjson' ? { type: 'result', ...document } : brief && document.ok ? document.data : document;
  host.write(`${JSON.stringify(shown, plainNumbers, mode === 'json' && host.terminals.output ? 2 : undefined)}\n`);
};

/** The result for people on stdout; what comes next only at a terminal. */
export const printText = (host: Host, style: Style, text: string, next: readonly Hint[]): void => {
  if (text !== '') host.write(text.endsWith('\n') ? text : `${text}\n`);
  if (!host.terminals.output || next.length === 0) return;
  host.write(`\n${next.map(({ command, why }) => `${style.dim(`${why}:`)} ${command}`).join('\n')}\n`);
};

export const printWarnings = (host: Host, style: Style, warnings: readonly Warning[]): void => {
  for (const { code, message } of warnings) host.writeError(`${style.warn('warning:')} ${cleanUntrusted(message)} (${code})\n`);
};

/** The failure for people, on stderr: the sentence, each failing check, what mends it. */
export const printFailure = (host: Host, style: Style, failure: Failure, error: Record<string, unknown>): void => {
  const checks = failure.details.checks ?? [];
  const listed = checks.length > 1 ? byGravity(checks).map(({ code, message }) => `  ${code}  ${cleanUntrusted(message)}`) : [];
  const fix = error['fix'] as { command: string | null; text: string };
  const lines = [
    `${style.bad('error:')} ${cleanUntrusted(failure.message)} (${failure.code}, exit ${error['exit']})`,
    ...listed,
    `${style.dim('fix:')} ${fix.text}${fix.command === null ? '' : ` ${fix.command}`}`,
  ];
  host.writeError(`${lines.join('\n')}\n`);
};
