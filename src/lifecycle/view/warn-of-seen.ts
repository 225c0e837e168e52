import { commandLine } from '../../domain/suggest/command-line.ts';
import { counted } from '../../domain/text/counted.ts';
import type { ReadContext } from '../../ports/context.ts';
import { healthAlerts } from '../alerts/health-alerts.ts';
import { warnRemoving } from '../alerts/removing-alerts.ts';
import { warnEnded } from '../timers/warn-ended.ts';
import { warnExpired } from '../timers/warn-expired.ts';
import type { SeenVms } from './list-vms.ts';
import { warnOfMisrecorded } from './warn-of-misrecorded.ts';

/** Warns of what is wrong with the listed VMs, and of VMs of ours that burn without the ledger's knowledge. */
export const warnOfSeen = async (context: ReadContext, { rows, strays, misrecorded, ends }: SeenVms): Promise<void> => {
  const shown = rows.map(({ vm }) => vm);
  warnExpired(context, shown);
  warnEnded(context, shown, ends);
  const answered = rows.filter(({ removing }) => removing !== null);
  await warnRemoving(
    context,
    answered.map(({ vm }) => vm),
    answered.flatMap(({ vm, removing }) => (removing ? [vm.id] : [])),
  );
  for (const { code, message } of healthAlerts(await context.ledger(), shown, context.clock.now())) context.warn(code, message);
  for (const { vm } of rows.filter(({ vm, onNode }) => vm.state === 'stopped' && onNode === 'running')) {
    context.warn(
      'STARTED_AGAIN',
      `VM ${vm.name} was stopped and runs again on its node, and nothing in it ends it: "${commandLine('gc', { execute: true })}" looks after it.`,
    );
  }
  warnOfMisrecorded(context, misrecorded);
  if (strays.length > 0) {
    context.warn(
      'STRAY_VMS',
      `${counted(strays.length, 'VM')} of this account ${strays.length === 1 ? 'burns' : 'burn'} that the ledger does not know: run "${commandLine('gc', { execute: true })}".`,
    );
  }
};
