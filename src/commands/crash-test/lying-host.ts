import { type Attempt, answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveMade, neverTrue } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome } from '../../ports/host/proving-ground.ts';
import { attempt, onGround, type Trial } from './trial.ts';

interface Lie {
  says: string;
  fault: string;
}

const [noPrice, guarded] = [['PRICE_UNREADABLE'], ['BALANCE_GUARD']];

/** What is said that is not so, in the words of `devnet fault`. */
const aboutPrices = [
  { says: 'one host: prices a tenth', fault: 'ccn-b scaled 0.1 path=/aggregates' },
  { says: 'the other host: prices a tenth', fault: 'ccn-a scaled 0.1 path=/aggregates' },
  { says: 'both hosts: prices a hundredth', fault: 'ccn scaled 0.01 path=/aggregates' },
];
const aboutBalance = [
  { says: 'one host: a thousand times the balance', fault: 'ccn-b scaled 1000 path=/balance' },
  { says: 'the other host: a thousand times the balance', fault: 'ccn-a scaled 1000 path=/balance' },
];
/** Two hosts that tell the same lie are believed, which shows that the lie would count. */
const agreed = { says: 'both hosts: a thousand times the balance', fault: 'ccn scaled 1000 path=/balance' };

const line = 'vm create lied-to --ttl 1h --no-wait --timeout 60s';

export const lyingHost: Trial = {
  id: 'lying-host',
  tried:
    'A core channel node multiplies every number of its price list by a tenth while a VM is created, then another one does; then both by a hundredth. One, then the other, gives a thousand times the balance to an account that has less than what is to stay.',
  claimed:
    'No price and no balance is taken on the word of one host, nor a price far from those built in; as soon as they are honest the same call creates.',
  notClaimed:
    'Two hosts that tell the same lie are believed: of a balance any, of prices one within a tenth and ten times of those built in.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      await home.agreed('vm create one --ttl 2h --no-wait');
      const guard = await ground.home('1');
      // nearly all that its first VM acknowledged is to stay
      await guard.agreed('vm create one --ttl 2h --no-wait');
      await guard.agreed('policy set --balance-guard 99');
      const told = async (at: GroundHome, { says, fault }: Lie, expects: readonly string[]): Promise<Attempt> => {
        // what is remembered from honest times is none of this
        at.lose('cache');
        await ground.fault(fault);
        const answer = await attempt(at, line, expects, { does: says });
        await ground.clearFaults();
        return answer;
      };
      const answers: Attempt[] = [];
      for (const lie of aboutPrices) answers.push(await told(home, lie, noPrice));
      for (const lie of aboutBalance) answers.push(await told(guard, lie, guarded));
      const made = (await ground.bills(home.address)).length + (await ground.bills(guard.address)).length - 2;
      const believed = await told(guard, agreed, ['ok']);
      home.lose('cache');
      const honest = await home.persist(line);
      const sides = { bills: await ground.bills(home.address), record: home.record() };
      return verdictOf(
        [...aboveMade(made, 0), ...answeredBeyond(answers, 0), ...neverTrue(sides)],
        `${answers.map(({ does, code }) => `${does}: ${code}`).join('; ')}; honest again: ${honest.code}. Of what is not claimed: ${believed.does}: ${believed.code}.`,
        [
          ...unshown([...answers, believed]),
          ...(honest.code === 'ok' ? [] : [`with honest hosts the same call ended with ${honest.code}`]),
        ],
      );
    }),
};
