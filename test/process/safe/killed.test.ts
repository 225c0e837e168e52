import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenRecords } from '../../support/crash/crash-case.ts';
import { crashPoints } from '../../support/crash/crash-points.ts';
import { type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { patient } from '../../support/home.ts';
import { serveSafe } from '../../support/safe/served-safe.ts';
import { letInWithToken, type WireAnswer, wireCall } from '../../support/safe/wire-call.ts';

/** The life of a VM, as an agent orders it: each call with an id, so that it can be made again. */
const life = [
  { command: 'vm create', input: { name: 'box', ttl: '2h', requestId: 'create' } },
  { command: 'vm extend', input: { vm: 'box', by: '1h', requestId: 'extend' } },
  { command: 'vm destroy', input: { vms: ['box'] } },
] as const;

const points = [...new Set([...crashPoints.create, ...crashPoints.extend, ...crashPoints.destroy])].filter(
  // no forward is there to be taken away
  (point) => !/forward/i.test(point),
);

describe('a safe that is killed while an agent calls (safe.md §7.3)', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
  });
  afterAll(() => devnet.close());

  it.concurrent.each(points.flatMap((point) => [`${point}:before`, `${point}:after`]))(
    '%s: started again it answers for what it began, and each repeated id finds its VM',
    async (crash) => {
      const owner = await devnet.home('5');
      const now = await devnet.now();
      owner.ledger((ledger) => letInWithToken(ledger, 'ci', { account: owner.address, now }));
      let kills = 0;
      // what the ledger has still to publish is published before the safe takes anybody, and it may die of that
      let safe = await serveSafe(owner, { env: { ...patient, ALEPH_AGENT_CRASH: crash } }).catch(() => {
        kills += 1;
        return serveSafe(owner, { env: patient });
      });
      const call = async (body: unknown, tries = 8): Promise<WireAnswer> => {
        const answer = await wireCall(safe.socket, 'ci', { ...(body as object), options: { timeoutSeconds: 1800 } }).catch(() => null);
        if (answer === null) {
          kills += 1;
          await safe.gone;
          safe = await serveSafe(owner, { env: patient, socket: safe.socket });
        }
        const again = answer === null || (!answer.ok && answer.error.sideEffects === 'none');
        return again && tries > 1 ? call(body, tries - 1) : answer!;
      };
      for (const each of life) expect(await call(each), `${crash}: ${each.command}`).toMatchObject({ ok: true });
      expect([crash, kills]).toEqual([crash, 1]);
      expect(owner.ledger((ledger) => ledger.vms().map(({ name, agent, state }) => [name, agent, state]))).toEqual([
        ['box', 'ci', 'terminated'],
      ]);
      expect(
        brokenRecords(
          owner,
          (await devnet.bills()).filter(({ owner: whose }) => whose === owner.address),
        ),
      ).toEqual([]);
      await safe.close();
    },
  );
});
