import { aboveMade, neverTrue } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { onGround, type Trial } from './trial.ts';

/** What is said that is not so, in the words of `devnet fault`, to whom: who has enough money, or too little. */
const lies = [
  { says: 'one host: prices a tenth', fault: 'ccn-b scaled 0.1 path=/aggregates', to: 'rich' },
  { says: 'both hosts: prices a hundredth', fault: 'ccn scaled 0.01 path=/aggregates', to: 'rich' },
  { says: 'one host: balance thousandfold', fault: 'ccn-b scaled 1000 path=/balance', to: 'poor' },
  { says: 'the other host: balance thousandfold', fault: 'ccn-a scaled 1000 path=/balance', to: 'poor' },
] as const;

const line = 'vm create lied-to --ttl 1h --no-wait --timeout 60s';

export const lyingHost: Trial = {
  id: 'lying-host',
  tried:
    'A core channel node lies about prices, then about a balance that is too low, while a VM is created; then two agree that prices are a hundredth.',
  claimed:
    'Nothing is spent on the word of one host, nor at prices far from those built in; as soon as they are honest the same call creates.',
  notClaimed: 'Two hosts that tell the same lie within a tenth and ten times of the prices built in are believed.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const homes = { rich: await ground.home('50'), poor: await ground.home('0.20') };
      await homes.rich.agreed('vm create one --ttl 2h --no-wait');
      const { address } = homes.rich;
      const answers: string[] = [];
      const broken: string[] = [];
      for (const { says, fault, to } of lies) {
        // what is remembered from honest times is none of this
        homes[to].lose('cache');
        await ground.fault(fault);
        const { code } = await homes[to].run(line);
        await ground.clearFaults();
        answers.push(`${says}: ${code}`);
        const made = (await ground.bills(homes[to].address)).length;
        broken.push(...aboveMade(made, to === 'rich' ? 1 : 0).map((what) => `${says}: ${what}`));
      }
      const held = homes.poor.record().vms.filter(({ hold }) => hold > 0n);
      const honest = await homes.rich.persist(line);
      const sides = { bills: await ground.bills(address), record: homes.rich.record() };
      return verdictOf(
        [...broken, ...neverTrue(sides), ...held.map(({ name, hold }) => `${hold} credits are held for ${name}`)],
        `${answers.join('; ')}; honest again: ${honest.code}.`,
        honest.code === 'ok' ? [] : [`with honest hosts the same call ended with ${honest.code}`],
      );
    }),
};
