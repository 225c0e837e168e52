import { type Attempt, answeredBeyond, unshown } from '../../domain/trials/attempts.ts';
import { aboveMade, neverTrue } from '../../domain/trials/judge-sides.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { attempt, onGround, type Trial } from './trial.ts';

const expects = ['PRICE_UNREADABLE'];

/** What is said that is not so, in the words of `devnet fault`. */
const lies = [
  { says: 'one host: prices a tenth', fault: 'ccn-b scaled 0.1 path=/aggregates' },
  { says: 'the other host: prices a tenth', fault: 'ccn-a scaled 0.1 path=/aggregates' },
  { says: 'both hosts: prices a hundredth', fault: 'ccn scaled 0.01 path=/aggregates' },
];

const line = 'vm create lied-to --ttl 1h --no-wait --timeout 60s';

export const lyingHost: Trial = {
  id: 'lying-host',
  tried:
    'A core channel node multiplies every number of its price list by a tenth while a VM is created, then another one does; then both by a hundredth.',
  claimed: 'No price is taken on the word of one host, nor one far from those built in; as soon as they are honest the same call creates.',
  notClaimed:
    'Two hosts that tell the same lie within a tenth and ten times of the prices built in are believed. A balance is read at one host: where that one lies, the guard of the balance and the reserve are what it says, and the network alone refuses what the account cannot pay.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      await home.agreed('vm create one --ttl 2h --no-wait');
      const answers: Attempt[] = [];
      for (const { says, fault } of lies) {
        // what is remembered from honest times is none of this
        home.lose('cache');
        await ground.fault(fault);
        answers.push(await attempt(home, line, expects, { does: says }));
        await ground.clearFaults();
      }
      const made = (await ground.bills(home.address)).length - 1;
      home.lose('cache');
      const honest = await home.persist(line);
      const sides = { bills: await ground.bills(home.address), record: home.record() };
      return verdictOf(
        [...aboveMade(made, 0), ...answeredBeyond(answers, 0), ...neverTrue(sides)],
        `${answers.map(({ does, code }) => `${does}: ${code}`).join('; ')}; honest again: ${honest.code}.`,
        [...unshown(answers), ...(honest.code === 'ok' ? [] : [`with honest hosts the same call ended with ${honest.code}`])],
      );
    }),
};
