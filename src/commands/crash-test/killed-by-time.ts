import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome } from '../../ports/host/proving-ground.ts';
import { afterKills, lifetime } from './after-kills.ts';
import { onGround, patient, type Trial } from './trial.ts';

const cap = 3;
const atOnce = 4;
const rounds = 3;
/** Where no kill came late enough to leave a VM. */
const mostRounds = 6;
/** So many at once take that much longer than one alone, on two cores. */
const share = 1.8;

const line = (name: string): string => `vm create ${name} --ttl ${lifetime} --guest-timer off ${patient}`;

export const killedByTime: Trial = {
  id: 'killed-by-time',
  tried: `In each of ${rounds} homes ${atOnce} creates start at once under a cap of ${cap} VMs, and each is killed by SIGKILL at a drawn moment of the time that one takes; then ${atOnce} more start, which nobody kills.`,
  claimed: 'No VM lives without a record, the cap holds, one round of gc brings both sides to agree, and the expiry ends what is left.',
  notClaimed:
    'That a killed create is finished: recovery keeps or ends what was sent, and sends nothing new. Between kill and gc a VM bills.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const whole = await (await ground.home('50')).persist(line('whole'));
      const homes: GroundHome[] = [];
      const killed: string[] = [];
      const left = async (): Promise<number> => (await Promise.all(homes.map(({ address }) => ground.bills(address)))).flat().length;
      while (homes.length < rounds || (homes.length < mostRounds && (await left()) === 0)) {
        const home = await ground.home('50');
        await home.agreed(`policy set --max-vms ${cap} --creations-per-minute 60`);
        homes.push(home);
        const moments = Array.from({ length: atOnce }, () => (0.1 + stage.draw()) * share * whole.ms);
        const runs = await Promise.all(moments.map((afterMs, nth) => home.run(line(`n${nth}`), { kill: { afterMs } })));
        killed.push(...runs.map(({ code }) => code));
      }
      const billed = await left();
      const later: string[] = [];
      for (const home of homes) {
        const runs = await Promise.all(
          Array.from({ length: atOnce }, (_, nth) => home.run(`vm create m${nth} --ttl ${lifetime} --no-wait`)),
        );
        later.push(...runs.map(({ code }) => code));
      }
      const { broken, evidence } = await afterKills(ground, homes, cap);
      return verdictOf(
        broken,
        `${killed.length} creates: ${tally(killed)}; they left ${billed} VMs; ${later.length} more: ${tally(later)}; ${evidence}.`,
        [
          ...(whole.code === 'ok' ? [] : [`the create that nobody killed ended with ${whole.code}`]),
          ...(killed.includes('killed') ? [] : ['no kill struck a create']),
          ...(billed > 0 ? [] : ['no killed create had left a VM']),
          ...(later.includes('TOO_MANY_VMS') ? [] : ['the cap was never what stopped one']),
        ],
      );
    }),
};
