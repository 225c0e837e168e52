import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { cleanUntrustedLine } from '../../domain/text/untrusted.ts';
import type { InstalledTimer } from '../../ports/host/reaper-timer.ts';
import { type HostMachine, tell } from './host-machine.ts';
import type { Timer, TimerOrder } from './timer.ts';

/** For the shell that cron starts; a bare `%` ends the command there. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`).replaceAll('%', '\\%')}'`;

const markOf = (unit: string): string => `# aleph-agent gc ${unit}`;

/** The line that runs it, for a crontab. */
export const crontabLine = ({ unit, words, environment, everyMinutes, log }: TimerOrder): string =>
  [
    everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`,
    ...Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`),
    ...words.map(quoted),
    `>>${quoted(log)} 2>&1`,
    markOf(unit),
  ].join(' ');

/** How the crontabs of Debian, Fedora, macOS and busybox say that this user has no table. */
const noTable = /no crontab for|can't open '[^']*': No such file/i;

/** What a shell, and `tell`, say of a program that is not there: then there is no table either. */
const noProgram = 127;

/** One line in the user's crontab, told from others by its mark; the others are left as they are. */
export const crontab = (machine: HostMachine, log: (unit: string) => string): Timer => {
  /** The lines of the table, none where there is no table yet; a failure's words where it cannot be read: it is not to be replaced then. */
  const lines = async (): Promise<string[] | { unread: string }> => {
    const { exit, stdout, stderr } = await tell(machine, 'crontab', ['-l']);
    if (exit === noProgram) return [];
    if (exit === 0) return stdout.replace(/\n$/, '').split('\n');
    return noTable.test(stderr) ? [] : { unread: cleanUntrustedLine(stderr).slice(0, 200) || `exit ${exit}` };
  };
  const write = async (all: readonly string[]): Promise<boolean> =>
    (await tell(machine, 'crontab', ['-'], { stdin: all.length === 0 ? '' : `${all.join('\n')}\n` })).exit === 0;
  const isOurs = (unit: string) => (line: string) => line.endsWith(markOf(unit));

  const look = async (unit: string): Promise<InstalledTimer | null> => {
    const all = await lines();
    const isThere = Array.isArray(all) && all.some(isOurs(unit));
    return isThere ? { kind: 'cron', files: [], log: log(unit), active: null, missing: null } : null;
  };

  return {
    kind: 'cron',
    // without a crontab of one's own it ends with 1, too
    isHere: async () => (await tell(machine, 'crontab', ['-l'])).exit !== noProgram,
    async install(order) {
      const all = await lines();
      if (!Array.isArray(all)) {
        throw new Failure('NO_TIMER', `crontab -l fails (${all.unread}); nothing was changed, so that no line in it is lost.`);
      }
      const others = all.filter((line) => line !== '' && !isOurs(order.unit)(line));
      if (!(await write([...others, crontabLine(order)]))) throw new Failure('NO_TIMER', 'crontab did not take the line.');
      const installed = await look(order.unit);
      if (installed !== null) return installed;
      throw new Failure('NO_TIMER', 'crontab took the line and does not show it.');
    },
    async uninstall(unit) {
      const all = await lines();
      if (!Array.isArray(all)) {
        throw new Failure(
          'NO_TIMER',
          `crontab -l fails (${all.unread}), so nobody can tell whether gc is run from there. No line was changed.`,
          {
            fix: human(`Take the line that ends with "${markOf(unit)}" out of the crontab by hand, where there is one.`),
          },
        );
      }
      if (!all.some(isOurs(unit))) return false;
      if (!(await write(all.filter((line) => !isOurs(unit)(line)))))
        throw new Failure('NO_TIMER', 'crontab did not take the table without our line.');
      return true;
    },
    status: look,
  };
};
