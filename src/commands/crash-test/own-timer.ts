import { parseInstant } from '../../domain/text/instant.ts';
import { liveBills } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { hourMs, onGround, patient, type Trial } from './trial.ts';

/** After its expiry a VM may live on so long: its timer asks two hosts for the time, and posts. */
const lateMs = 120_000;

export const ownTimer: Trial = {
  id: 'own-timer',
  tried:
    "A VM of an hour gets a timer of its own, another one none; then no process of this program runs, and the network's time goes on beyond both expiries.",
  claimed: 'The first ends by itself, not before its expiry and at most two minutes after it, and exactly that one ends.',
  notClaimed:
    'A timer that somebody with root in the VM takes out. In this trial the VM is a folder whose shell runs here: the script of the timer is real, systemd is not.',
  run: (stage) =>
    onGround(
      stage,
      async (ground) => {
        const home = await ground.home('50');
        const timed = await home.persist(`vm create timed --ttl 1h ${patient}`);
        const bare = await home.persist(`vm create bare --ttl 1h --guest-timer off ${patient}`);
        const idOf = (name: string): string => home.record().vms.find((vm) => vm.name === name)?.id ?? '';
        const expiresAt = parseInstant(String(timed.data['expiresAt'])) ?? 0;
        await ground.advance(hourMs + lateMs * 5);
        const bills = await ground.bills(home.address);
        const endedAt = bills.find(({ hash }) => hash === idOf('timed'))?.endedAt ?? null;
        const late = endedAt === null ? null : Math.round((endedAt - expiresAt) / 1000);
        const isBareLive = liveBills(bills).some(({ hash }) => hash === idOf('bare'));
        return verdictOf(
          [
            ...(late === null ? ['the VM with a timer is billed on after its expiry'] : []),
            ...(isBareLive ? [] : ['the VM without a timer ended, too']),
            ...(late !== null && (late < 0 || late * 1000 > lateMs) ? [`it ended ${late} s after its expiry`] : []),
          ],
          `with a timer: ended ${late ?? 'never, so not'} s after its expiry; without one: ${isBareLive ? 'billed on' : 'ended'}.`,
          [timed, bare].filter(({ code }) => code !== 'ok').map(({ code }) => `a create ended with ${code}`),
        );
      },
      'exec',
    ),
};
