import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenLedger, openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { grantedPlan, requestApproval } from '../../../src/lifecycle/approvals/approvals.ts';
import { grantFunded } from '../../../src/lifecycle/approvals/grant-funded.ts';
import { provision } from '../../../src/lifecycle/create/provision.ts';
import { approvedBy, boss, withApprover } from '../approval/approver.ts';
import { quoted, sends } from '../approval/funding.ts';
import { withFunder } from '../approval/with-funder.ts';
import { type CreatePlan, create, planCreate } from '../lifecycle-calls.ts';
import { openWorld, seededRandom, type TestContext, testContext, type World } from '../test-context.ts';

export interface RaceOptions {
  seed: number;
  copies: number;
  /** What the ledger was before it was copied: spent from, or never; or with an approval that its approver signed once, or its funder paid once. */
  before: 'spent' | 'fresh' | 'approved' | 'funded';
  /** How much later than the first the last copy may start, ms. */
  spreadMs: number;
}

export interface RaceResult {
  /** `created`, or the code of the refusal, of each copy. */
  outcomes: string[];
  /** VMs that the race made, as the network bills them. */
  made: number;
  /** Credits that the copies which spent nothing hold for the VM that they did not get. */
  heldByOthers: bigint;
  /** What becomes of the next create of the copy that spent, and of each of the others. */
  next: { winner: string | null; others: string[] };
  /** Longest time from start to end of a copy's call, ms of the devnet. */
  longestMs: number;
}

const wish = { name: 'ci', ttlSeconds: 3600 };
/** Above the threshold for asking. */
const dear = { name: 'ci', ttlSeconds: 8 * 3600 };

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'created',
    (thrown: unknown) => {
      if (thrown instanceof Failure) return thrown.code;
      throw thrown;
    },
  );

/** The call of one copy: what needs an approval takes the one that was signed before the ledger was copied. */
const call = async ({ context }: TestContext, before: RaceOptions['before'], name = 'ci'): Promise<unknown> => {
  if ((before !== 'approved' && before !== 'funded') || name !== 'ci') return create(context, { ...wish, name }, false);
  await grantFunded(context, { argumentsDigest: 'dear', id: null, account: null });
  const plan = (await grantedPlan(context, 'dear', null)) as CreatePlan | null;
  if (plan === null) throw new Error('the copy has no granted approval');
  return provision(context, plan, false);
};

const prepare = async (t: TestContext, before: RaceOptions['before']): Promise<void> => {
  if (before === 'spent') await t.run(create(t.context, { name: 'first' }, false));
  if (before !== 'approved' && before !== 'funded') return;
  await (before === 'approved' ? withApprover(t) : withFunder(t));
  const plan: Plan = await t.run(planCreate(t.context, dear));
  const { id } = await requestApproval(t.context, plan, 'dear');
  await (before === 'approved' ? approvedBy(t, boss, id) : sends(t, quoted(t, id)));
};

/** Copies a home and starts the same create in all copies at once, over a network in which each request takes another time. */
export const raceOfCopies = async ({ seed, copies, before, spreadMs }: RaceOptions): Promise<RaceResult> => {
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-copies-'));
  const world: World = await openWorld({ seed, nodes: 8 });
  const random = seededRandom(seed);
  const open = (name: string): OpenLedger => openLedger({ path: join(folder, name), now: world.devnet.clock.now });
  const ledgers: OpenLedger[] = [];
  try {
    const first = open('first');
    const t = await testContext({ world, ledger: first, seed });
    await prepare(t, before);
    await world.run(world.devnet.clock.wait(60_000));
    first.close();
    const billed = world.devnet.ccn.bills().length;
    const homes = await Promise.all(
      Array.from({ length: copies }, async (_, nth) => {
        // A ledger that nothing was written to has no file.
        if (before !== 'fresh') copyFileSync(join(folder, 'first'), join(folder, `copy-${nth}`));
        const ledger = open(`copy-${nth}`);
        ledgers.push(ledger);
        const slow = seededRandom(seed * 100 + nth);
        const onRequest = async (): Promise<void> => world.devnet.clock.wait(Math.floor(slow.fraction() * 300));
        return testContext({ world, ledger, seed: seed * 100 + nth, skewMs: Math.floor(random.fraction() * 1000) - 500, onRequest });
      }),
    );
    const starts = homes.map(() => Math.floor(random.fraction() * spreadMs));
    let longestMs = 0;
    const outcomes = await world.run(
      Promise.all(
        homes.map(async (home, nth) => {
          await world.devnet.clock.wait(starts[nth]!);
          const from = world.devnet.clock.now();
          const outcome = await outcomeOf(call(home, before));
          longestMs = Math.max(longestMs, world.devnet.clock.now() - from);
          return outcome;
        }),
      ),
    );
    await world.run(world.devnet.clock.wait(60_000));
    const others = homes.filter((_home, nth) => outcomes[nth] !== 'created');
    const winner = homes.find((_home, nth) => outcomes[nth] === 'created');
    const held = others.flatMap((home) => home.vms().filter(({ name }) => name === 'ci'));
    const made = world.devnet.ccn.bills().length - billed;
    const again = (home: TestContext): Promise<string> => world.run(outcomeOf(call(home, before, 'next')));
    return {
      outcomes,
      made,
      heldByOthers: held.reduce((sum, { hold }) => sum + hold, 0n),
      next: { others: await Promise.all(others.slice(0, 2).map(again)), winner: winner === undefined ? null : await again(winner) },
      longestMs,
    };
  } finally {
    for (const ledger of ledgers) ledger.close();
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
};
