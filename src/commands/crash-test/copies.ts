import { type Attempt, unshown } from '../../domain/trials/attempts.ts';
import { aboveMade, neverTrue } from '../../domain/trials/judge-sides.ts';
import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import { attempt, onGround, type Trial } from './trial.ts';

const copies = 3;
const behind = ['LEDGER_ROLLED_BACK'];
/** Who meets the head of another while it is published is told that its own could not be. */
const behindAtOnce = [...behind, 'HEAD_UNPUBLISHED'];

export const copiesOfAHome: Trial = {
  id: 'copies',
  tried: `A home that has spent is copied ${copies} times, and all ${copies + 1} create a VM at once, then one after the other.`,
  claimed: 'One of them goes on spending at most; what it makes is on its record, and the others refuse because their ledger is behind.',
  notClaimed: 'A copy whose owner publishes a head of its own with the key: who has the key needs no copy.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const home = await ground.home('50');
      await home.agreed('vm create one --ttl 2h --no-wait');
      const homes = [home, ...Array.from({ length: copies }, () => home.copy())];
      const before = (await ground.bills(home.address)).length;
      const together = await Promise.all(
        homes.map((each, nth) => attempt(each, `vm create at-once-${nth} --ttl 2h --no-wait`, behindAtOnce)),
      );
      const later: Attempt[] = [];
      for (const [nth, each] of homes.entries()) later.push(await attempt(each, `vm create later-${nth} --ttl 2h --no-wait`, behind));
      const bills = await ground.bills(home.address);
      const spenders = new Set([together, later].flatMap((runs) => homes.filter((_, nth) => runs[nth]?.code === 'ok')));
      // whoever was told that it had made one is the one whose record counts
      const [spender = home] = spenders;
      const made = [...together, ...later].filter(({ code }) => code === 'ok').length;
      return verdictOf(
        [
          ...neverTrue({ bills, record: spender.record() }),
          ...(spenders.size > 1 ? [`${spenders.size} copies spent`] : []),
          ...aboveMade(bills.length - before, made),
        ],
        `at once: ${tally(together.map(({ code }) => code))}; then: ${tally(later.map(({ code }) => code))}; new VMs on the network ${bills.length - before}.`,
        [...(spenders.size > 0 ? [] : ['no home could spend, not even the first']), ...unshown([...together, ...later])],
      );
    }),
};
