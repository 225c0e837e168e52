import { aboveCap, billedOn, neverTrue, notRecovered, type Sides, standing } from '../../domain/trials/judge-sides.ts';
import type { GroundHome, ProvingGround } from '../../ports/host/proving-ground.ts';
import { hourMs } from './trial.ts';

/** Each VM that is made here lives so long. */
export const lifetime = '2h';
const lifetimeMs = 2 * hourMs;
/** A signed message is sent within ten minutes; who died holding a VM's lease holds it no more. */
const settledMs = 1_800_000;

export interface Aftermath {
  broken: string[];
  evidence: string;
}

/** All homes at one moment. */
interface Moment {
  sides: Sides[];
  /** Of their rounds of gc, where one did not end well. */
  problems: string[];
}

/**
 * What must hold once processes were killed: nothing unrecorded at any moment; after one round of gc in each home both sides agree; and
 * after the lifetime of the VMs one more round ends what is left.
 */
export const afterKills = async (ground: ProvingGround, homes: readonly GroundHome[], cap: number): Promise<Aftermath> => {
  const look = (): Promise<Sides[]> =>
    Promise.all(homes.map(async (home) => ({ bills: await ground.bills(home.address), record: home.record() })));
  const afterGc = async (ms: number): Promise<Moment> => {
    await ground.advance(ms);
    const runs = await Promise.all(homes.map((home) => home.persist('gc --execute --timeout 30m')));
    return { sides: await look(), problems: runs.filter(({ code }) => code !== 'ok').map(({ code }) => `gc ended with ${code}`) };
  };
  const found = await look();
  const recovered = await afterGc(settledMs);
  const ended = await afterGc(lifetimeMs);
  return {
    broken: [
      ...found.flatMap((sides) => [...neverTrue(sides), ...aboveCap(sides, cap)]),
      ...recovered.sides
        .flatMap((sides) => [...neverTrue(sides), ...notRecovered(sides), ...aboveCap(sides, cap)])
        .map((what) => `after gc: ${what}`),
      ...ended.sides.flatMap((sides) => [...neverTrue(sides), ...billedOn(sides.bills)]).map((what) => `after the expiry: ${what}`),
      ...recovered.problems,
      ...ended.problems,
    ],
    evidence: [standing(found), `after gc ${standing(recovered.sides)}`, `after the expiry ${standing(ended.sides)}`].join('; '),
  };
};
