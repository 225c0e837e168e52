import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveStates } from '../../../src/domain/ledger/vm-record.ts';
import { Exact } from '../../../src/domain/money/exact.ts';
import { creditsOver } from '../../../src/domain/money/money.ts';
import { brokenRecords } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { putLimits } from '../../support/put-limits.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';
import { letInWithToken, type WireAnswer, wireCall } from '../../support/safe/wire-call.ts';

/** With AGENTS=40 as safe.md has it; fewer where nobody asks, as the law is the same and the minutes are not. */
const count = Number(process.env['AGENTS'] ?? 16);
const names = Array.from({ length: count }, (_, n) => `agent-${n}`);
const callersEach = 5;

/** What all agents together may have: fewer than all slices would let them. */
const mostVms = Math.floor(count * 0.75);

const lost: WireAnswer = { ok: false, data: null, error: { code: 'SAFE_UNREACHABLE', sideEffects: 'unknown' } };

/** Two VMs for an hour, and no third. */
const budget = 2n * 14_250n + 5_000n;

describe('many agents of one safe at once (safe.md §7.2)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 40 });
    owner = await devnet.home('50');
    const now = await devnet.now();
    owner.ledger((ledger) => {
      putLimits(ledger, owner.address, {
        maxVms: mostVms,
        creationsPerMinute: 1000,
        maxBurnCreditsPerHour: 10n ** 9n,
        maxDayCredits: 10n ** 9n,
        maxTotalCredits: 10n ** 9n,
      });
      for (const name of names) {
        letInWithToken(ledger, name, { account: owner.address, now, limits: { maxTotalCredits: String(budget) } });
      }
    });
    safe = await serveSafe(owner);
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  /** Made again where the safe, its ledger or the network were too busy for it, as a client does. */
  const call = async (name: string, body: unknown, tries = 40): Promise<WireAnswer> => {
    // an answer that is lost leaves the outcome open: the same request id goes on
    const answer = await wireCall(safe.socket, name, body).catch((): WireAnswer => lost);
    const again = !answer.ok && /^(SAFE_BUSY|LEDGER_BUSY|NETWORK_|DEVNET_|VM_BUSY|SAFE_UNREACHABLE)/.test(answer.error.code);
    return again && tries > 1 ? call(name, body, tries - 1) : answer;
  };

  it('no slice and no policy is passed, and each VM has a row with its agent’s name', async () => {
    const work = names.flatMap((name) =>
      Array.from({ length: callersEach }, async (_, n) => {
        const vm = `vm-${n}`;
        const made = await call(name, { command: 'vm create', input: { name: vm, ttl: '1h', wait: false, requestId: vm } });
        if (!made.ok) return made.error.code;
        const longer = await call(name, { command: 'vm extend', input: { vm, by: '1h', requestId: `${vm} longer` } });
        return longer.ok ? 'extended' : 'ok';
      }),
    );
    const codes = await Promise.all(work);
    const rows = owner.ledger((ledger) => ledger.vms());
    const live = rows.filter(({ state }) => liveStates.includes(state));
    expect(live.length).toBeLessThanOrEqual(mostVms);
    expect(live.length).toBeGreaterThan(mostVms / 2);
    for (const name of names) {
      const own = rows.filter(({ agent }) => agent === name);
      const most = own.reduce((sum, vm) => sum + creditsOver(new Exact(vm.rate), vm.ttlSeconds), 0n);
      expect([name, most <= budget]).toEqual([name, true]);
    }
    expect(rows.every(({ agent }) => agent !== null && names.includes(agent))).toBe(true);
    expect(codes.filter((code) => code === 'ok' || code === 'extended')).toHaveLength(live.length);
    expect(owner.ledger((ledger) => ledger.firstBrokenLink())).toBeNull();
    const bills = (await devnet.bills()).filter(({ endedAt }) => endedAt === null).map(({ hash }) => hash);
    expect(bills.filter((hash) => !rows.some(({ id }) => id === hash))).toEqual([]);
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
  });
});
