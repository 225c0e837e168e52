import { Failure } from '../../src/domain/failure.ts';
import { destroy } from '../../src/lifecycle/destroy.ts';
import { reconcile } from '../../src/lifecycle/reconcile.ts';
import { resume } from '../../src/lifecycle/resume.ts';
import type { Random } from '../../src/ports/random.ts';
import { drainTo } from '../support/devnet-moves.ts';
import { create, gc } from '../support/lifecycle-calls.ts';
import { Death, openWorld, seededRandom, type TestContext, testContext } from '../support/test-context.ts';
import { broken, unfinished } from './invariants.ts';

const minute = 60_000;
const steps = 9;

/** Faults that a network has on a bad day. Slow gossip stays far below the ten minutes after which one host's word is enough. */
const badLuck = [
  'ccn-a drop-before',
  'ccn-b drop-before',
  'ccn drop-before',
  'ccn status 503 chance=0.3',
  'ccn drop-after-effect chance=0.3',
  'ccn drop-after-effect path=/api/v0/messages method=POST',
  'ccn status 429 retry-after=1 chance=0.4',
  'ccn-a wrong-types chance=0.3',
  'ccn-b wrong-types',
  'ccn-a propagation 90s',
  'ccn-b propagation 90s',
  'ccn propagation 20s',
  'ccn propagation 90s',
  'ccn publication-warning',
  'scheduler drop-before',
  'scheduler never-placed',
  'crn dies-mid-boot chance=0.5 times=2',
  'crn-0 dead',
  'crn-1 dead',
  'crn full',
  'crn-2 full',
  'crn ssh-silent',
  'crn slow-boot 9m',
  'crn notify-fails',
  'crn notify-conflict',
  'crn drop-after-effect path=/notify',
  'crn erase-fails',
  'crn drop-before chance=0.3',
  'crn empty-list chance=0.3',
  'crns-list status 503',
] as const;

const pick = <Value>(random: Random, values: readonly Value[]): Value => values[Math.floor(random.fraction() * values.length)]!;

/** One short life of an account among faults and deaths, from a seed; throws, with all that was done, when something does not hold. */
export const simulate = async (seed: number): Promise<{ bills: number; deaths: number; healthy: number }> => {
  const random = seededRandom(seed);
  const world = await openWorld({ seed: 1 + (seed % 3), nodes: 3 + (seed % 4) });
  const log: string[] = [];
  const notified = new Map<string, number>();
  let [processes, deaths, healthy] = [0, 0, 0];

  /** What did not hold at the very moment at which a VM was called gone. */
  const tooSoon: string[] = [];

  const check = (): void => {
    const problems = [...tooSoon, ...broken(world, notified)];
    if (problems.length > 0) throw new Error(problems.join('; '));
  };

  /** A new process, which dies at one of its effects or requests where `mortal` says so. */
  const open = (mortal: boolean, timeoutMs = 20 * minute): Promise<TestContext> => {
    processes += 1;
    // Most of what a process does is requests; the ledger's points are few and count as much.
    const at =
      random.fraction() < 0.5
        ? { point: 'request', count: Math.ceil(random.fraction() * 120) }
        : { point: 'effect', count: Math.ceil(random.fraction() * 14) };
    const when = random.fraction() < 0.5 ? 'before' : 'after';
    let seen = 0;
    return testContext({
      world,
      seed: seed * 1000 + processes,
      timeoutMs,
      onRequest: async (request) => {
        if (!request.url.endsWith('/control/allocation/notify')) return;
        const { instance } = (await request.json()) as { instance: string };
        notified.set(instance, (notified.get(instance) ?? 0) + 1);
      },
      crash: (point, moment) => {
        if (point === 'destroy.terminated' && moment === 'after') tooSoon.push(...broken(world, notified));
        if (!mortal || moment !== when || (point === 'request') !== (at.point === 'request')) return;
        seen += 1;
        if (seen !== at.count) return;
        log.push(`  died ${moment} ${point} ${seen}`);
        deaths += 1;
        throw new Death();
      },
    });
  };

  const said = (outcome: unknown): string => {
    if (outcome instanceof Failure) return outcome.code;
    if (outcome instanceof Death) return 'died';
    throw outcome;
  };

  const command = async (t: TestContext): Promise<string> => {
    const roll = random.fraction();
    const rows = t.vms();
    const any = rows.length === 0 ? undefined : pick(random, rows);
    if (roll < 0.45 || any === undefined) {
      const size = { computeUnits: pick(random, [1, 1, 2, 4]) };
      const ttlSeconds = pick(random, [600, 1800, 3600, 2 * 3600]);
      const wait = random.fraction() < 0.7;
      const requestId = random.fraction() < 0.4 ? pick(random, ['one', 'two']) : null;
      const words = `create ${size.computeUnits} CU ${ttlSeconds} s${wait ? '' : ' no wait'}${requestId === null ? '' : ` id ${requestId}`}`;
      // An id names one request, so its arguments follow from it.
      const wish = requestId === null ? { size, ttlSeconds } : { size: { computeUnits: 1 }, ttlSeconds: 1800, name: `by-${requestId}` };
      const done = create(t.context, { ...wish, requestId }, wait).then(({ vm }) => vm.state, said);
      const state = await done;
      if (state === 'healthy') healthy += 1;
      return `${words}: ${state}`;
    }
    const name = `${any.id.slice(0, 8)} (${any.state})`;
    if (roll < 0.65) return `destroy ${name}: ${await destroy(t.context, any.id, 'destroy').then(({ vm }) => vm.state, said)}`;
    if (roll < 0.75) return `wait ${name}: ${await resume(t.context, any).then(({ state }) => state, said)}`;
    if (roll < 0.88)
      return `gc: ${await gc(t.context, t.account).then((items) => items.map(({ reason, reached, problem }) => `${reason} ${reached ?? problem}`).join(', '), said)}`;
    return `reconcile: ${await reconcile(t.context, t.account).then(({ moved }) => `${moved.length} moved`, said)}`;
  };

  /** Things that happen to the world between commands. */
  const happen = async (lifts: (() => void)[]): Promise<void> => {
    if (random.fraction() < 0.45) {
      const line = pick(random, badLuck);
      log.push(`fault ${line}`);
      lifts.push(world.fault(line));
    }
    if (random.fraction() < 0.4) {
      lifts.splice(0).forEach((lift) => void lift());
      log.push('faults lifted');
    }
    if (random.fraction() < 0.1) {
      drainTo(world.devnet, world.account, 0n);
      world.devnet.ccn.fund(world.account, pick(random, [300_000n, 3_000_000n, 10_000_000n]));
      log.push('another balance');
    }
    const ms = pick(random, [0, 10_000, 40_000, 3 * minute, 12 * minute, 70 * minute]);
    log.push(`${new Date(world.devnet.clock.now()).toISOString()} + ${ms / 1000} s`);
    await world.run(world.devnet.clock.wait(ms));
  };

  const settle = async (): Promise<void> => {
    world.devnet.faults.clear();
    log.push('everything works again');
    await world.run(world.devnet.clock.wait(3 * 60 * minute));
    const t = await open(false);
    for (let round = 0; round < 3; round += 1) {
      log.push(
        `gc: ${await world.run(gc(t.context, t.account).then((items) => items.map(({ reason, reached, problem }) => `${reason} ${reached ?? problem}`).join(', ')))}`,
      );
      await world.run(world.devnet.clock.wait(20 * minute));
      check();
    }
    // Settlement takes days, and days take their time: some worlds see it.
    const days = seed % 4 === 0 ? 2 : 0;
    for (let day = 0; day < days; day += 1) {
      await world.run(world.devnet.clock.wait(27 * 60 * minute));
      await world.run(reconcile(t.context, t.account));
    }
    check();
    const left = unfinished(world, days > 0);
    if (left.length > 0) throw new Error(left.join('; '));
  };

  try {
    const lifts: (() => void)[] = [];
    for (let step = 0; step < steps; step += 1) {
      await happen(lifts);
      check();
      const timeoutMs = pick(random, [5_000, 90_000, 20 * minute]);
      const crowd = random.fraction() < 0.2 ? 2 : 1;
      const contexts = await Promise.all(Array.from({ length: crowd }, () => open(random.fraction() < 0.35, timeoutMs)));
      const outcomes = await world.run(Promise.all(contexts.map(command)));
      log.push(...outcomes);
      check();
    }
    await settle();
    return { bills: world.devnet.ccn.bills().length, deaths, healthy };
  } catch (thrown) {
    const problem = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    throw new Error(`world ${seed}: ${problem}\n\n${log.join('\n')}\n\nAgain: SIMULATION_SEED=${seed} npx vitest run test/simulation`);
  } finally {
    await world.close();
  }
};
