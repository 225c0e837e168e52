import { Exact } from '../../src/domain/money/exact.ts';
import type { Bill } from '../../test/support/devnet/devnet-process.ts';
import type { World } from './task.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** The sentence where it does not hold, as the list of problems that a task collects. */
export const unless = (holds: boolean, problem: string): string[] => (holds ? [] : [problem]);

/** What these bills come to in an hour, USD. */
export const usdPerHour = (bills: readonly Bill[]): number =>
  bills
    .reduce((sum, { creditsPerSecond }) => sum.plus(creditsPerSecond), new Exact(0))
    .times(3600)
    .div(1_000_000)
    .toNumber();

/** A figure of `answer.json`, given as a number or as text, is this one up to the last digit that is shown. */
export const isAbout = (said: unknown, figure: number): boolean =>
  (typeof said === 'number' || typeof said === 'string') && `${said}`.trim() !== '' && Math.abs(Number(said) - figure) <= 0.0001;

/** What the answer has instead, as far as a problem shows it. */
export const shown = (said: unknown): string => JSON.stringify(said)?.slice(0, 60) ?? 'nothing';

/** A line of the home that must work; the devnet's time passes as it does for an agent. */
export const line = async ({ home }: World, words: string): Promise<Record<string, unknown>> =>
  (await home.must(`${words} --timeout 30m`)) as Record<string, unknown>;

/** A VM that is up; the words begin with its name. Returns its item hash. */
export const upVm = async (world: World, words: string): Promise<string> => {
  await line(world, `vm create ${words}`);
  const [name] = words.split(' ');
  return world.home.ledger((ledger) => ledger.vms().find((row) => row.name === name)!.id);
};
