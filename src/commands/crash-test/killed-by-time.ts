import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { afterKills, lifetime } from './after-kills.ts';
import { onGround, patient, type Trial } from './trial.ts';

const cap = 3;
const atOnce = 4;
const rounds = 3;
/** So many at once take that much longer than one alone, on two cores. */
const share = 1.8;

const line = (name: string): string => `vm create ${name} --ttl ${lifetime} --guest-timer off ${patient}`;

export const killedByTime: Trial = {
  id: 'killed-by-time',
  tried: `In each of ${rounds} homes ${atOnce} creates start at once under a cap of ${cap} VMs, and each is killed by SIGKILL at a drawn moment of the time that one takes.`,
  claimed: 'No VM lives without a record, the cap holds, one round of gc brings both sides to agree, and the expiry ends what is left.',
  notClaimed:
    'That a killed create is finished: recovery keeps or ends what was sent, and sends nothing new. Between kill and gc a VM bills.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const whole = await (await ground.home('50')).persist(line('whole'));
      const homes = [];
      const codes: string[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const home = await ground.home('50');
        homes.push(home);
        const moments = Array.from({ length: atOnce }, () => (0.1 + stage.draw()) * share * whole.ms);
        const runs = await Promise.all(moments.map((afterMs, nth) => home.run(line(`n${nth}`), { kill: { afterMs } })));
        codes.push(...runs.map(({ code }) => code));
      }
      if (whole.code !== 'ok' || !codes.includes('killed')) {
        return { outcome: 'not-tried', why: `no kill struck a create: ${whole.code}, then ${tally(codes)}`, command: null };
      }
      const { broken, evidence } = await afterKills(ground, homes, cap);
      return verdictOf(broken, `${codes.length} creates: ${tally(codes)}; ${evidence}.`);
    }),
};
