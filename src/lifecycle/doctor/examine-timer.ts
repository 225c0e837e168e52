import { type Finding, found, sound } from '../../domain/failure/finding.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { goneTimer } from '../timers/gone-timer.ts';

/**
 * Examines whether the timer that gc install put into this machine still runs. Where none was ever installed nothing is found: who ends
 * the VMs is examined by itself. A timer that was stopped is a person's to start, for a person may have stopped it.
 */
export const examineTimer = async (context: ReadContext, account: string): Promise<Finding[]> => {
  const { network, host } = context;
  const timer = await host.reaperTimer.status({ network, account });
  if (timer?.active === false) {
    const fix = human('Start it again, unless it was stopped on purpose; gc install puts it in anew.', 'gc install');
    return [found('warn', 'timer', `${timer.kind} has the timer that runs gc, and does not run it.`, fix)];
  }
  if (timer !== null) return [sound('timer', `${timer.kind} runs gc on this machine.`)];
  const gone = await goneTimer(context, account);
  if (gone === null) return [];
  const fix =
    gone.everyMinutes === null
      ? human('Put it in again with --every as it was, which is on record nowhere.', 'gc install')
      : agent(`Put it in again, every ${gone.everyMinutes} min as before.`, 'doctor', { fix: true });
  return [found('warn', 'timer', `The timer that ran gc on this machine is gone; it ran last at ${gone.lastSeenAt}.`, fix)];
};
