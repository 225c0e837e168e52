import type { ChildProcess } from 'node:child_process';
import type { Ran, RunOptions } from '../../ports/host/proving-ground.ts';

interface Said {
  ok?: boolean;
  type?: string;
  phase?: string;
  data?: unknown;
  warnings?: { code: string }[];
  error?: { code: string; sideEffects?: string; facts?: Record<string, unknown> };
}

const read = (line: string): Said | null => {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return null;
  }
};

const facts = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** Heeds a child to its end, and kills it from outside when that is asked for. */
export const heed = (child: ChildProcess, { stdin = '', kill }: RunOptions): Promise<Ran> => {
  const startedAt = performance.now();
  const phases: string[] = [];
  let said = '';
  let line = '';
  let last: Said | null = null;
  const heard = (text: string): void => {
    const found = read(text);
    if (found === null) return;
    if (found.type === 'phase' && found.phase !== undefined) {
      phases.push(found.phase);
      if (kill !== undefined && 'atPhase' in kill && kill.atPhase === found.phase) child.kill('SIGKILL');
    }
    if (found.ok !== undefined) last = found;
  };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const lines = `${line}${text}`.split('\n');
    line = lines.pop() ?? '';
    lines.forEach(heard);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  // who never reads it may be gone before it is written
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);
  const death = kill !== undefined && 'afterMs' in kill ? setTimeout(() => child.kill('SIGKILL'), kill.afterMs) : null;
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exit, signal) => {
      if (death !== null) clearTimeout(death);
      const document: Said | null = last;
      const code = signal !== null ? 'killed' : document === null ? 'none' : document.ok ? 'ok' : (document.error?.code ?? 'none');
      resolve({
        exit,
        code,
        data: facts(document?.data),
        sideEffects: document?.error?.sideEffects ?? '',
        facts: facts(document?.error?.facts),
        warnings: (document?.warnings ?? []).map((warning) => warning.code),
        phases,
        ms: performance.now() - startedAt,
        said,
      });
    });
  });
};
