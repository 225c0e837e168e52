import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../../src/adapters/ledger/connection.ts';
import { openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { approvalMessage } from '../../../src/domain/approval/approval-message.ts';
import { Failure } from '../../../src/domain/failure/failure.ts';
import type { ApprovalRecord } from '../../../src/domain/ledger/ledger-records.ts';
import { readLimits } from '../../../src/domain/limits/stored-limits.ts';
import { signedAs } from '../../../src/domain/plan/plan-kinds.ts';
import { readPlan } from '../../../src/domain/plan/read-plan.ts';
import { approvedBy, boss, withApprover } from '../../support/approval/approver.ts';
import { network, openWorld, seededRandom, type TestContext, testContext } from '../../support/test-context.ts';
import { call, type Line, loadCommands } from '../agent.ts';
import { pick } from '../choices.ts';
import { editLedger } from './edit-ledger.ts';
import { overThresholds, publicVms } from './over-thresholds.ts';
import { noteSigned, nothingSigned } from './signed-words.ts';

const minute = 60_000;
const rounds = 7;

export interface Edited {
  /** Spends beyond what was signed, and how `ledger verify` took it at the end. */
  beyond: readonly string[];
  found: boolean;
  /** What ended as a bug of ours instead of a refusal. */
  bugs: readonly string[];
  /** VMs that the network took. */
  made: number;
  signed: number;
  log: readonly string[];
}

export const commandsUsed = [
  'vm create',
  'vm extend',
  'vm destroy',
  'vm wait',
  'gc',
  'approve',
  'policy set',
  'ledger take-over',
  'ledger verify',
  'ledger reconcile',
  'thaw',
  'freeze',
] as const;

/**
 * One short life of an account with an approver, whose agent also edits the ledger between its calls, from a seed. What the network shows at
 * any moment is held against what the approver signed.
 */
export const editedWorld = async (seed: number): Promise<Edited> => {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-edited-'));
  const inner = await openWorld({ seed: 1 + (seed % 3), nodes: 3 });
  const path = join(folder, 'ledger.sqlite');
  const ledger = openLedger({ path, now: inner.devnet.clock.now, network });
  const world = { ...inner, ledger };
  const { devnet, account } = world;
  const connection = connect(path);
  const log: string[] = [];
  const bugs: string[] = [];
  const beyond = new Set<string>();
  const words = nothingSigned();
  const waiting: Line[] = [];
  const undo: (() => void)[] = [];
  let [processes, signed] = [0, 0];

  const open = (): Promise<TestContext> => {
    processes += 1;
    return testContext({ world, ledger, seed: seed * 1000 + processes, timeoutMs: 20 * minute });
  };

  const said = (thrown: unknown): string => {
    if (thrown instanceof Failure && thrown.code !== 'INTERNAL') return thrown.code;
    const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    bugs.push(text.split('\n').slice(0, 6).join(' | '));
    return `BUG ${text.split('\n')[0]}`;
  };

  /** What the newest call that did not fail answered. */
  let answer = '';

  const run = async (line: Line): Promise<string> => {
    const t = await open();
    const outcome = await world.run(
      call(t, line).then((data) => {
        answer = JSON.stringify(data);
        return 'done';
      }, said),
    );
    if (outcome === 'APPROVAL_NEEDED' && !waiting.includes(line)) waiting.push(line);
    log.push(`${line.name} ${JSON.stringify(line.raw)}: ${outcome}`);
    for (const problem of overThresholds(world, words)) {
      if (!beyond.has(problem)) log.push(`BEYOND ${problem}`);
      beyond.add(problem);
    }
    return outcome;
  };

  /** The approver reads what waits and signs it; nothing that hands his office to another. */
  const decide = async (): Promise<void> => {
    const pending =
      attempt(() => ledger.approvals({ state: 'pending', account }).filter(({ expiresAt }) => expiresAt > devnet.clock.now())) ?? [];
    if (pending.length === 0) return;
    const row = pick(random, pending);
    const shown = attempt(() => ({ message: approvalMessage(row), limits: sealedLimits(row) }));
    if (shown === null || shown.message.primaryType === 'ApproverChange') return;
    const t = await open();
    noteSigned(words, shown.message, shown.limits);
    signed += 1;
    const outcome = await world.run(approvedBy(t, boss, row.id).then(() => 'signed', said));
    log.push(
      `${row.id}: ${shown.message.message['what'] ?? shown.message.message['limits']}, ${shown.message.message['mostUsd'] ?? ''}: ${outcome}`,
    );
  };

  const line = (): Line => {
    const live = publicVms(world).filter(({ endedAt }) => endedAt === null);
    const roll = random.fraction();
    if (roll < 0.4 && waiting.length > 0) return pick(random, waiting);
    if (roll < 0.6)
      return {
        name: 'vm create',
        raw: { cu: pick(random, [1, 4]), ttl: pick(random, ['1h', '4h', '20h', '30h']), wait: false, guestTimer: 'off' },
      };
    if (roll < 0.75 && live.length > 0)
      return { name: 'vm extend', raw: { vm: pick(random, live).id, by: pick(random, ['1h', '4h', '20h']) } };
    if (roll < 0.8 && live.length > 0) return { name: 'vm destroy', raw: { vms: [pick(random, live).id] } };
    return pick(random, [
      { name: 'gc', raw: { execute: true } },
      { name: 'approve', raw: { upTo: '0.5', cu: 4, ttl: '4h', vms: 2, until: '12h' } },
      { name: 'policy set', raw: pick(random, [{ maxVms: 4 }, { askAbove: '0.3' }]) },
      { name: 'ledger take-over', raw: {} },
      { name: 'ledger reconcile', raw: {} },
      { name: 'thaw', raw: {} },
    ]);
  };

  try {
    await loadCommands(commandsUsed);
    await withApprover(await open());
    await run({ name: 'vm create', raw: { cu: 1, ttl: '2h', wait: false, guestTimer: 'off' } });
    await run({ name: 'vm create', raw: { cu: 4, ttl: '3h', wait: false, guestTimer: 'off' } });
    if (random.fraction() < 0.5) await run(line());
    if (random.fraction() < 0.5) await decide();
    for (let round = 0; round < rounds; round += 1) {
      await world.run(devnet.clock.wait(pick(random, [minute, minute, 10 * minute, 100 * minute])));
      for (let edits = pick(random, [1, 1, 2, 3]); edits > 0; edits -= 1)
        log.push(`EDIT ${editLedger({ random, connection, now: devnet.clock.now(), undo })}`);
      await run(line());
      if (random.fraction() < 0.4) await decide();
      if (random.fraction() < 0.5) await run(line());
    }
    const last = Math.max(...publicVms(world).map(({ expiresAt }) => expiresAt));
    await world.run(devnet.clock.wait(Math.max(minute, last - devnet.clock.now() + 30 * minute)));
    for (let round = 0; round < 2; round += 1) {
      await run({ name: 'gc', raw: { execute: true } });
      await world.run(devnet.clock.wait(20 * minute));
    }
    // a row that is dated ahead lets nobody tell what has expired, and gc says so (product.md §1 rule 13)
    const left = answer.includes('CLOCK_UNTRUSTED') ? [] : publicVms(world).filter(({ endedAt }) => endedAt === null);
    for (const { id } of left) beyond.add(`${id.slice(0, 12)} outlives its public expiry`);
    const verdict = await run({ name: 'ledger verify', raw: {} });
    return { beyond: [...beyond], found: verdict !== 'done', bugs, made: publicVms(world).length, signed, log };
  } finally {
    connection.close();
    ledger.close();
    await inner.close();
    rmSync(folder, { recursive: true, force: true });
  }
};

const attempt = <Result>(read: () => Result): Result | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const sealedLimits = (row: ApprovalRecord) => {
  const kind = signedAs(readPlan(row));
  return kind.kind === 'seal' ? readLimits(kind.policy.limits) : null;
};
