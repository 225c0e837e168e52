import { Failure } from '../../domain/failure/failure.ts';
import type { InstalledTimer } from '../../ports/host/reaper-timer.ts';
import { type HostMachine, tell } from './host-machine.ts';
import type { Timer, TimerOrder } from './timer.ts';

/** For the shell that cron starts; a bare `%` ends the command there. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`).replaceAll('%', '\\%')}'`;

const markOf = (network: string): string => `# aleph-agent gc ${network}`;

/** The line that runs it, for a crontab. */
export const crontabLine = ({ network, words, environment, everyMinutes, log }: TimerOrder): string =>
  [
    everyMinutes === 1 ? '* * * * *' : `*/${everyMinutes} * * * *`,
    ...Object.entries(environment).map(([name, value]) => `${name}=${quoted(value)}`),
    ...words.map(quoted),
    `>>${quoted(log)} 2>&1`,
    markOf(network),
  ].join(' ');

/** One line in the user's crontab, told from others by its mark; the others are left as they are. */
export const crontab = (machine: HostMachine, log: (network: string) => string): Timer => {
  const lines = async (): Promise<string[]> => {
    const { exit, stdout } = await tell(machine, 'crontab', ['-l']);
    return exit === 0 ? stdout.replace(/\n$/, '').split('\n') : [];
  };
  const write = async (all: readonly string[]): Promise<boolean> =>
    (await tell(machine, 'crontab', ['-'], all.length === 0 ? '' : `${all.join('\n')}\n`)).exit === 0;
  const isOurs = (network: string) => (line: string) => line.endsWith(markOf(network));

  const look = async (network: string): Promise<InstalledTimer | null> =>
    (await lines()).some(isOurs(network)) ? { kind: 'cron', files: [], log: log(network), active: null, missing: null } : null;

  return {
    kind: 'cron',
    // without a crontab of one's own it ends with 1, too
    isHere: async () => (await tell(machine, 'crontab', ['-l'])).exit !== 127,
    async install(order) {
      const others = (await lines()).filter((line) => line !== '' && !isOurs(order.network)(line));
      if (!(await write([...others, crontabLine(order)]))) throw new Failure('NO_TIMER', 'crontab did not take the line.');
      const installed = await look(order.network);
      if (installed !== null) return installed;
      throw new Failure('NO_TIMER', 'crontab took the line and does not show it.');
    },
    async uninstall(network) {
      const all = await lines();
      if (!all.some(isOurs(network))) return false;
      await write(all.filter((line) => !isOurs(network)(line)));
      return true;
    },
    status: look,
  };
};
