import { type OpenLedger, openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import { startsTwice } from '../../src/domain/nodes/starts-twice.ts';
import { grantApproval } from '../../src/lifecycle/approvals/approvals.ts';
import { denyApproval } from '../../src/lifecycle/approvals/deny-approval.ts';
import { policyInForce } from '../../src/lifecycle/policy/policy-in-force.ts';
import { approvedBy, atTerminal, boss, withApprover } from '../support/approval/approver.ts';
import { drainTo } from '../support/devnet/devnet-moves.ts';
import { strayVm } from '../support/strays/strays.ts';
import { Death, network, openWorld, seededRandom, type TestContext, testContext } from '../support/test-context.ts';
import { call, type Line, loadCommands } from './agent.ts';
import { badLuck } from './bad-luck.ts';
import { commandsChosen, pick, someLine } from './choices.ts';
import { broken, type Scene, unfinished } from './invariants.ts';
import { surroundings } from './limits-held.ts';
import { watchHolds } from './watch-holds.ts';

const minute = 60_000;
const steps = 9;
const agents = ['nightly', 'ci', null] as const;

export interface Lived {
  bills: number;
  deaths: number;
  healthy: number;
  extended: number;
  approved: number;
  /** What was done, a line each. */
  log: readonly string[];
}

export const again = (seed: number, ledgers: number): string =>
  `npm run simulate -- --seed ${seed}${ledgers === 1 ? '' : ` --ledgers ${ledgers}`}`;

/**
 * One short life of an account among faults and deaths, from a seed: agents of several tasks at random commands, a person who decides at
 * random, on one ledger or on two of one key. Throws, with all that was done, when something does not hold. `meddle`: done after each step.
 */
export const simulate = async (seed: number, machines = 1, meddle: (scene: Scene) => void = () => {}): Promise<Lived> => {
  const random = seededRandom(seed);
  const world = await openWorld({ seed: 1 + (seed % 3), nodes: 3 + (seed % 4) });
  const { devnet, account } = world;
  const ledgers: OpenLedger[] = [world.ledger, ...Array.from({ length: machines - 1 }, () => openMemoryLedger({ now: devnet.clock.now }))];
  const log: string[] = [];
  const lived: Lived = { bills: 0, deaths: 0, healthy: 0, extended: 0, approved: 0, log };
  const notified = new Map<string, number>();
  const strays = new Set<string>();
  const budgets = new Map<string, bigint>();
  // A second ledger knows of no spending that the network has not billed yet: the day and the total hold in each by itself.
  const far = machines > 1 ? { maxDayCredits: 10n ** 15n, maxTotalCredits: 10n ** 15n } : {};
  const scene: Scene = { world, ledgers, notified, strays, budgets, loosest: { ...defaultLimits, ...far } };
  let processes = 0;

  /** What did not hold at a moment in the midst of a command. */
  const atOnce: string[] = [];
  const check = (): void => {
    const problems = [...atOnce, ...broken(scene)];
    if (problems.length > 0) throw new Error(problems.join('; '));
  };

  /** A new process, which dies at one of its effects or requests where `mortal` says so. */
  const open = (ledger: OpenLedger, mortal: boolean, timeoutMs = 20 * minute): Promise<TestContext> => {
    processes += 1;
    // Most of what a process does is requests; the ledger's points are few and count as much.
    const at =
      random.fraction() < 0.5
        ? { point: 'request', count: Math.ceil(random.fraction() * 120) }
        : { point: 'effect', count: Math.ceil(random.fraction() * 14) };
    const when = random.fraction() < 0.5 ? 'before' : 'after';
    const watch = watchHolds(ledger, account, devnet.clock.now, (problem) => atOnce.push(problem));
    let seen = 0;
    return testContext({
      world,
      ledger,
      task: pick(random, agents),
      seed: seed * 1000 + processes,
      timeoutMs,
      skewMs: mortal && random.fraction() < 0.2 ? pick(random, [-20 * minute, 20 * minute]) : 0,
      onRequest: async (request) => {
        if (!request.url.endsWith('/control/allocation/notify')) return;
        // others leave a booting VM alone, so that each ledger may tell them, and `vm start` again
        const node = world.devnet.crns.find(({ address }) => request.url.startsWith(`${address}/`));
        if (startsTwice(node?.spec.version ?? null)) return;
        const { instance } = (await request.json()) as { instance: string };
        notified.set(instance, (notified.get(instance) ?? 0) + 1);
      },
      crash: (point, moment) => {
        watch(point, moment);
        if (point === 'destroy.terminated' && moment === 'after') atOnce.push(...broken(scene));
        if (!mortal || moment !== when || (point === 'request') !== (at.point === 'request')) return;
        seen += 1;
        if (seen !== at.count) return;
        log.push(`  died ${moment} ${point} ${seen}`);
        lived.deaths += 1;
        throw new Death();
      },
    });
  };

  const said = (outcome: unknown): string => {
    if (outcome instanceof Death || (outcome instanceof Failure && outcome.cause instanceof Death)) return 'died';
    if (outcome instanceof Failure && outcome.code !== 'INTERNAL') return outcome.code;
    throw outcome;
  };

  /** Lines that were told to wait for a person, and by whose agent. */
  const waiting: { line: Line; task: string | null }[] = [];

  const command = async (t: TestContext): Promise<string> => {
    const roll = random.fraction();
    const stray = [...strays].find((id) => t.ledger.vm(id) === null);
    const repeated = roll < 0.25 && waiting.length > 0 ? pick(random, waiting) : null;
    const adoption = stray !== undefined && roll > 0.9 ? { name: 'vm adopt', raw: { hash: stray } } : null;
    const line = repeated?.line ?? adoption ?? someLine(random, t.vms());
    const task = repeated === null ? t.context.caller.task : repeated.task;
    const own = { ...t, context: { ...t.context, caller: { ...t.context.caller, task } } };
    const outcome = await call(own, line).then((data) => {
      if (line.name === 'vm create' && (data as { state: string }).state === 'healthy') lived.healthy += 1;
      if (line.name === 'vm extend' && (data as { changed: boolean }).changed) lived.extended += 1;
      if (repeated !== null) lived.approved += 1;
      return 'done';
    }, said);
    if (outcome === 'APPROVAL_NEEDED' && repeated === null) waiting.push({ line, task });
    return `${ledgers.indexOf(t.ledger)} ${task ?? '-'}: ${line.name} ${JSON.stringify(line.raw)}: ${outcome}`;
  };

  /** A person at the terminal, or the approver with its wallet, decides something that waits. */
  const decide = async (): Promise<void> => {
    const ledger = pick(random, ledgers);
    const pending = ledger.approvals({ state: 'pending', network, account }).filter(({ expiresAt }) => expiresAt > devnet.clock.now());
    if (pending.length === 0) return;
    const row = pick(random, pending);
    const t = await open(ledger, false);
    const sealed = policyInForce(ledger, { account, network }, surroundings).approver !== null;
    const yes = random.fraction() < 0.85;
    const grant = (): Promise<unknown> => (sealed ? approvedBy(t, boss, row.id) : grantApproval(atTerminal(t.context), row.id, 'terminal'));
    const outcome = await world.run((yes ? grant() : denyApproval(t.context, row.id)).then(() => (yes ? 'granted' : 'denied'), said));
    log.push(`${row.id} (${String((row.plan as { action: string }).action)}): ${outcome}`);
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
    if (random.fraction() < 0.08) {
      drainTo(devnet, account, 0n);
      devnet.ccn.fund(account, pick(random, [300_000n, 3_000_000n, 10_000_000n]));
      log.push('another balance');
    }
    if (random.fraction() < 0.06 && lifts.length === 0) {
      const marked = random.fraction() < 0.5;
      const t = await open(ledgers[0]!, false);
      const id = await world.run(strayVm(t, { marked, node: 1 }).catch(() => null));
      if (id !== null) strays.add(id);
      log.push(`a stray, ${marked ? 'marked' : 'unmarked'}: ${id?.slice(0, 8)}`);
    }
    for (let decisions = random.fraction() * 3; decisions >= 1; decisions -= 1) await decide();
    const ms = pick(random, [0, 10_000, 40_000, 3 * minute, 12 * minute, 70 * minute]);
    log.push(`${new Date(devnet.clock.now()).toISOString()} + ${ms / 1000} s`);
    await world.run(devnet.clock.wait(ms));
  };

  /** The loosest limits so far: what was committed under them stays committed. */
  const remember = (): void => {
    for (const ledger of ledgers) {
      const { limits, tasks } = policyInForce(ledger, { account, network }, surroundings);
      for (const key of ['maxVms', 'maxBurnCreditsPerHour', 'maxDayCredits', 'maxTotalCredits'] as const) {
        if (limits[key] > scene.loosest[key]) Object.assign(scene.loosest, { [key]: limits[key] });
      }
      if (machines > 1) continue;
      for (const [task, budget] of Object.entries(tasks)) if (budget > (budgets.get(task) ?? 0n)) budgets.set(task, budget);
    }
  };

  const collect = async (t: TestContext): Promise<void> =>
    void log.push(`gc: ${await world.run(call(t, { name: 'gc', raw: { execute: true } }).then((data) => JSON.stringify(data), said))}`);

  const settle = async (): Promise<void> => {
    devnet.faults.clear();
    log.push('everything works again');
    const last = Math.max(0, ...ledgers.flatMap((ledger) => ledger.vms({ account, network }).map(({ expiresAt }) => expiresAt)));
    // A stray lives for two hours, and may have no row yet.
    const least = strays.size > 0 ? 150 * minute : 60 * minute;
    await world.run(devnet.clock.wait(Math.max(least, last - devnet.clock.now() + 30 * minute)));
    const contexts: TestContext[] = [];
    for (const ledger of ledgers) contexts.push(await open(ledger, false));
    for (let round = 0; round < 3; round += 1) {
      for (const t of contexts) await collect(t);
      await world.run(devnet.clock.wait(20 * minute));
      check();
    }
    // Settlement takes days, and days take their time: some worlds see it.
    const days = seed % 4 === 0 ? 2 : 0;
    for (let day = 0; day < days; day += 1) {
      await world.run(devnet.clock.wait(27 * 60 * minute));
      for (const t of contexts) await world.run(call(t, { name: 'ledger reconcile', raw: {} }));
    }
    check();
    const left = ledgers.flatMap((ledger) => unfinished(scene, ledger, days > 0));
    if (left.length > 0) throw new Error(left.join('; '));
  };

  try {
    await loadCommands(commandsChosen);
    const lifts: (() => void)[] = [];
    const first = await open(ledgers[0]!, false);
    await surroundings.signatures.prepare();
    if (machines === 1) await world.run(call(first, { name: 'policy task', raw: { name: 'nightly', budget: '0.2' } }));
    if (seed % 3 === 2) await withApprover(first);
    remember();
    for (let step = 0; step < steps; step += 1) {
      await happen(lifts);
      check();
      const timeoutMs = pick(random, [5_000, 90_000, 20 * minute]);
      const crowd = pick(random, [1, 1, 1, 2, 3]);
      const ledger = pick(random, ledgers);
      const contexts = await Promise.all(Array.from({ length: crowd }, () => open(ledger, random.fraction() < 0.35, timeoutMs)));
      log.push(...(await world.run(Promise.all(contexts.map(command)))));
      remember();
      meddle(scene);
      check();
    }
    await settle();
    lived.bills = devnet.ccn.bills().length;
    return lived;
  } catch (thrown) {
    const problem = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    throw new Error(`world ${seed}: ${problem}\n\n${log.join('\n')}\n\nAgain: ${again(seed, machines)}`);
  } finally {
    for (const ledger of ledgers.slice(1)) ledger.close();
    await world.close();
  }
};
