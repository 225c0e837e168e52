import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { ReaperOrder, ReaperScope, ReaperTimer, TimerKind } from '../../ports/host/reaper-timer.ts';
import { crontab, crontabLine } from './crontab-line.ts';
import type { HostMachine } from './host-machine.ts';
import { launchdAgent } from './launchd-agent.ts';
import { systemdTimer } from './systemd-timer.ts';
import type { TimerOrder } from './timer.ts';

interface Means {
  machine: HostMachine;
  files: PrivateFiles;
  /** Our own program, absolute. */
  program: string;
  /** Logs go there. */
  folder: string;
}

/** Each account has a timer of its own, so that installing one takes no other away. */
const unitOf = ({ network, account }: ReaperScope): string => `${network}-${account.slice(2, 10).toLowerCase()}`;

/** Where an account's timer is looked for: up to 0.1.0 a network had one, whosever it was. */
const unitsOf = (scope: ReaperScope): string[] => [unitOf(scope), scope.network];

/** Whichever of systemd, launchd and cron this machine has, in this order. Nothing of the environment goes along but where our home is. */
export const openReaperTimer = ({ machine, files, program, folder }: Means): ReaperTimer => {
  const log = (unit: string): string => join(folder, `gc-${unit}.log`);
  /** Beside the timer's own files, which somebody may take away: with what interval it was put in. */
  const note = (unit: string): string => join(folder, `gc-${unit}.minutes`);
  const minutesOf = (unit: string): number | null => {
    const read = files.read(note(unit));
    const minutes = read === null ? Number.NaN : Number(new TextDecoder().decode(read.bytes));
    return Number.isInteger(minutes) && minutes >= 1 && minutes <= 30 ? minutes : null;
  };
  const timers = [systemdTimer(machine, files), launchdAgent(machine, files, log), crontab(machine, log)];
  const orderOf = ({ line, everyMinutes, ...scope }: ReaperOrder): TimerOrder => {
    const home = machine.env['ALEPH_AGENT_HOME'];
    const unit = unitOf(scope);
    return {
      unit,
      words: [machine.execPath, program, ...line],
      environment: home ? { ALEPH_AGENT_HOME: home } : {},
      everyMinutes,
      log: log(unit),
    };
  };
  return {
    async install(wanted) {
      const order = orderOf(wanted);
      for (const timer of timers) {
        if (!(await timer.isHere())) continue;
        // systemd keeps output itself; for the others there must be a file, and nobody else may read it
        if (timer.kind !== 'systemd') files.create(order.log, '');
        const installed = await timer.install(order);
        files.replace(note(order.unit), `${order.everyMinutes}\n`);
        return installed;
      }
      // whoever runs the line by other means writes there, too
      files.create(order.log, '');
      throw new Failure('NO_TIMER', 'This machine has no systemd of yours, no launchd and no crontab.', {
        fix: human(`Let something run this every few minutes: ${crontabLine(order)}`),
        facts: { line: crontabLine(order) },
      });
    },
    async uninstall(scope) {
      for (const unit of unitsOf(scope)) {
        const gone: TimerKind[] = [];
        for (const timer of timers) if (await timer.uninstall(unit)) gone.push(timer.kind);
        files.remove(note(unit));
        if (gone.length > 0) return gone;
      }
      return [];
    },
    async status(scope) {
      for (const unit of unitsOf(scope)) {
        for (const timer of timers) {
          const found = await timer.status(unit);
          if (found !== null) return found;
        }
      }
      return null;
    },
    lastInterval: async (scope) =>
      unitsOf(scope)
        .map(minutesOf)
        .find((minutes) => minutes !== null) ?? null,
    wasInstalled: async (scope) => unitsOf(scope).some((unit) => files.read(log(unit)) !== null || files.read(note(unit)) !== null),
  };
};
