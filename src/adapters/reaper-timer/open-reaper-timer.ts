import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { ReaperOrder, ReaperTimer, TimerKind } from '../../ports/host/reaper-timer.ts';
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

/** Whichever of systemd, launchd and cron this machine has, in this order. Nothing of the environment goes along but where our home is. */
export const openReaperTimer = ({ machine, files, program, folder }: Means): ReaperTimer => {
  const log = (network: string): string => join(folder, `gc-${network}.log`);
  const timers = [systemdTimer(machine, files), launchdAgent(machine, files, log), crontab(machine, log)];
  const orderOf = ({ network, line, everyMinutes }: ReaperOrder): TimerOrder => {
    const home = machine.env['ALEPH_AGENT_HOME'];
    return {
      network,
      words: [machine.execPath, program, ...line],
      environment: home ? { ALEPH_AGENT_HOME: home } : {},
      everyMinutes,
      log: log(network),
    };
  };
  return {
    async install(wanted) {
      const order = orderOf(wanted);
      for (const timer of timers) {
        if (!(await timer.isHere())) continue;
        // systemd keeps output itself; for the others there must be a file, and nobody else may read it
        if (timer.kind !== 'systemd') files.create(order.log, '');
        return timer.install(order);
      }
      // whoever runs the line by other means writes there, too
      files.create(order.log, '');
      throw new Failure('NO_TIMER', 'This machine has no systemd of yours, no launchd and no crontab.', {
        fix: human(`Let something run this every few minutes: ${crontabLine(order)}`),
        facts: { line: crontabLine(order) },
      });
    },
    async uninstall(network) {
      const gone: TimerKind[] = [];
      for (const timer of timers) if (await timer.uninstall(network)) gone.push(timer.kind);
      return gone;
    },
    async status(network) {
      for (const timer of timers) {
        const found = await timer.status(network);
        if (found !== null) return found;
      }
      return null;
    },
  };
};
