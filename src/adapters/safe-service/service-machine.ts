import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shellWord } from '../../domain/text/shell-word.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { ServiceStep } from '../../ports/host/safe-service.ts';

/** Runs a program of the system without a shell; 127 where there is none such. */
export type Tell = (
  program: string,
  args: readonly string[],
  options?: { limitMs?: number },
) => Promise<{ exit: number; stdout: string; stderr: string }>;

/** What a service needs to know of the machine. */
export interface ServiceMachine {
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  execPath: string;
  getuid?: (() => number) | undefined;
  tell: Tell;
}

/** A step that can be taken, and taken again. */
export interface Step extends ServiceStep {
  take(): Promise<void>;
}

/** A safe has half a minute for the calls under way, and systemd a minute for the safe. */
const limitMs = 90_000;

const mostSaid = 400;

/** The step that runs a program of the system. `NO_SERVICE` with what it said where it fails; `log`: where the safe's own words are. */
export const programStep = (tell: Tell, does: string, [program = '', ...args]: readonly string[], log: string): Step => {
  const text = [program, ...args].map(shellWord).join(' ');
  return {
    does,
    text,
    async take() {
      const { exit, stdout, stderr } = await tell(program, args, { limitMs });
      if (exit === 0) return;
      const untrustedSaid = cleanUntrustedLine(`${stderr} ${stdout}`).slice(0, mostSaid);
      const why = exit === 127 ? 'is not on this machine' : `ended with exit code ${exit}`;
      const said = untrustedSaid === '' ? '' : ` (it says: ${untrustedSaid})`;
      throw new Failure('NO_SERVICE', `"${text}" ${why}${said}. What was done before it stays.`, {
        sideEffects: 'unknown',
        fix: human(`Mend that, and make the same call again: it goes on from there. The safe’s own words, where it began: ${log}`),
        facts: { command: text, exit, untrustedSaid },
      });
    },
  };
};
