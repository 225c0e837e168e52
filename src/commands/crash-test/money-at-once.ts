import { aboveMade, neverTrue, standing } from '../../domain/trials/judge-sides.ts';
import { tally } from '../../domain/trials/tally.ts';
import { verdictOf } from '../../domain/trials/verdict.ts';
import type { GroundHome, ProvingGround } from '../../ports/host/proving-ground.ts';
import { onGround, type Trial } from './trial.ts';

const processes = 12;
const mostWaves = 3;
/** USD; two VMs of an hour cost 0.0285, three 0.04275. */
const budget = '0.03';
const credits = 30_000n;
const fit = 2;

/** Where the money is bounded, and what then refuses. */
const bounds = [
  { of: 'in all', limit: `policy set --max-total ${budget}`, task: '', code: 'TOTAL_LIMIT' },
  { of: 'for a task', limit: `policy task nightly --budget ${budget}`, task: ' --task nightly', code: 'TASK_LIMIT' },
] as const;

/** Many at once in one home, again where the machine was too busy for the limit to stop anybody. */
const race = async (ground: ProvingGround, { of, limit, task, code: refusal }: (typeof bounds)[number]) => {
  const home: GroundHome = await ground.home('50');
  await home.agreed('policy set --max-vms 40 --creations-per-minute 60');
  await home.agreed(limit);
  const codes: string[] = [];
  for (let wave = 0; wave < mostWaves && !codes.includes(refusal); wave += 1) {
    const names = Array.from({ length: processes }, (_, nth) => `w${wave}n${nth}`);
    const runs = await Promise.all(names.map((name) => home.run(`vm create ${name} --ttl 1h --no-wait${task}`)));
    codes.push(...runs.map(({ code }) => code));
  }
  const sides = { bills: await ground.bills(home.address), record: home.record() };
  const held = sides.record.vms.reduce((sum, { hold }) => sum + hold, 0n);
  return {
    broken: [
      ...neverTrue(sides),
      ...aboveMade(sides.bills.length, fit),
      ...(held > credits ? [`${held} credits are held ${of} where ${credits} may be`] : []),
    ],
    seen: `${of}: ${tally(codes)}; ${held} credits held of ${credits}; ${standing([sides])}`,
    missed: [
      ...(codes.includes('ok') ? [] : [`${of}: no process made a VM`]),
      ...(codes.includes(refusal) ? [] : [`${of}: the money was never what stopped one`]),
    ],
  };
};

export const moneyAtOnce: Trial = {
  id: 'money-at-once',
  tried: `${processes} processes create a VM at once on one ledger where ${budget} USD may be spent in all, and ${processes} where a task may cost as much; the cap of VMs is far away.`,
  claimed: 'What the VMs cost from creation to expiry stays within the money, and each of them is on record.',
  notClaimed:
    'A call that names another task, or none: a task is self-declared, and the limit in all bounds what is spent then. The limit of a day is not tried here.',
  run: (stage) =>
    onGround(stage, async (ground) => {
      const races = [];
      for (const bound of bounds) races.push(await race(ground, bound));
      return verdictOf(
        races.flatMap(({ broken }) => broken),
        `${races.map(({ seen }) => seen).join('; ')}.`,
        races.flatMap(({ missed }) => missed),
      );
    }),
};
