import { verdictOf } from '../../domain/trials/verdict.ts';
import { afterKills, lifetime } from './after-kills.ts';
import { onGround, patient, type Trial } from './trial.ts';

/** Beyond it the burn of all VMs is more than the policy allows. */
const cap = 7;
const line = (name: string): string => `vm create ${name} --ttl ${lifetime} --guest-timer off --format ndjson ${patient}`;

export const killedByPhase: Trial = {
  id: 'killed-by-phase',
  tried:
    'A create is killed by SIGKILL as soon as it tells of a phase with --format ndjson; one create for each phase that a whole one tells of.',
  claimed: 'No VM lives without a record, one round of gc brings both sides to agree, and the expiry ends what is left.',
  notClaimed: 'Kills between two phases: the kills by time meet some, and the suite of this repository each write and each call.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      await home.agreed('policy set --max-vms 20 --creations-per-minute 60');
      const whole = await home.persist(line('whole'));
      const phases = [...new Set(whole.phases)];
      const runs = [];
      for (const phase of phases)
        runs.push({ phase, ...(await home.run(line(`at-${phase.toLowerCase()}`), { kill: { atPhase: phase } })) });
      const struck = runs.filter(({ code }) => code === 'killed').map(({ phase }) => phase);
      const { broken, evidence } = await afterKills(ground, [home], cap);
      return verdictOf(broken, `killed at ${struck.join(', ')}; ${evidence}.`, [
        ...(whole.code === 'ok' ? [] : [`the create that nobody killed ended with ${whole.code}`]),
        ...(struck.length > 0 ? [] : ['no create told of a phase']),
        ...runs.filter(({ code }) => code !== 'killed').map(({ phase, code }) => `the create to be killed at ${phase} ended with ${code}`),
      ]);
    }),
};
