import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectPoints } from '../../src/domain/ledger/effect-points.ts';
import { liveStates } from '../../src/domain/ledger/vm-record.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import type { Ended } from '../support/aleph-process.ts';
import { brokenRecords, leftOver, loseLedger, unfinished } from '../support/crash/crash-case.ts';
import { type AnvilProcess, startAnvil } from '../support/devnet/anvil.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../support/devnet/devnet-process.ts';
import { runTranscript } from '../support/run-transcript.ts';
import { approveAs, unmarkedVm } from '../support/strays/unmarked-vm.ts';

const ok = async (home: AlephHome, line: string): Promise<Ended> => {
  const ended = await home.run(line);
  expect(ended.exit, `${line}: ${ended.stdout}${ended.stderr}`).toBe(0);
  return ended;
};

describe('a whole life, each line a process', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12, guests: 'exec' });
    home = await devnet.home('5');
  });
  afterAll(() => devnet.close());

  const data = async (line: string) => (await ok(home, line)).document().data;

  it('is made, entered, extended, stopped, started, destroyed, and billed for no longer', async () => {
    expect(await data('vm create box --ttl 1h --timeout 20m')).toMatchObject({ state: 'healthy', ttlEnforcedBy: ['guest'] });
    expect(await data('vm exec box -- echo hello')).toMatchObject({ exitCode: 0, untrustedStdout: 'hello\n' });
    const { expiresAt } = await data('vm extend box --by 10m --timeout 20m');
    expect(await data('vm stop box --timeout 20m')).toMatchObject({ state: 'stopped' });
    expect(await data('vm start box --timeout 20m')).toMatchObject({ state: 'healthy' });
    expect(await data('vm show box')).toMatchObject({ name: 'box', expiresAt });
    expect(await data('vm destroy box --timeout 20m')).toMatchObject({ items: [{ state: 'terminated' }] });
    expect(await data('ledger verify')).toMatchObject({ intact: true, onlyInLedger: [], onlyOnNetwork: [] });
    const bills = await devnet.bills();
    expect(bills).toHaveLength(1);
    expect([...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]).toEqual([]);
  });
});

describe('one kill for each family of effect points, in one life', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  let anvil: AnvilProcess;
  beforeAll(async () => {
    anvil = await startAnvil();
    devnet = await startDevnet({ nodes: 12, evm: anvil.url });
    home = await devnet.home('5');
  });
  afterAll(async () => {
    await devnet.close();
    anvil.close();
  });

  const somebody = `0x${'12'.repeat(20)}`;
  /** What a person at a terminal does with what the line asks. */
  const agreed = async (line: string): Promise<void> =>
    approveAs(home.folder, String((await home.run(line)).document().error.facts['approval']));

  /** Where it dies, doing what, and what follows; what has to be so before is brought about first. */
  const deaths: readonly { at: string; line: string; next?: string; exit?: number; before?: () => Promise<unknown> }[] = [
    { at: 'policy.set:before', line: 'policy set --max-day 0.5' },
    { at: 'approval.request:after', line: 'vm create big --cu 4 --no-wait', exit: 10 },
    { at: 'create.publish:after', line: 'vm create box --ttl 4h --timeout 20m', next: 'vm wait box --timeout 20m' },
    {
      at: 'watch.silence:after',
      line: 'gc --execute',
      before: async () => {
        await ok(home, 'vm create more --ttl 1h --no-wait');
        await devnet.fault('crn drop-before');
        await devnet.advance(60_000);
      },
    },
    { at: 'operation.end:before', line: 'vm wait more --timeout 20m', before: () => devnet.clearFaults() },
    { at: 'health.recorded:before', line: 'gc --execute' },
    { at: 'lease.take:after', line: 'vm extend box --by 10m' },
    { at: 'ledger.head:after', line: 'vm extend box --by 20m' },
    { at: 'extend.publish:after', line: 'vm extend box --by 30m', next: 'gc --execute' },
    { at: 'guest.arm:after', line: 'vm extend box --by 5m', next: 'gc --execute' },
    { at: 'operate.send:after', line: 'vm stop box --timeout 20m' },
    { at: 'ports.publish:after', line: 'vm port add box 8080 --timeout 20m', before: () => ok(home, 'vm start box --timeout 20m') },
    { at: 'enforcer.seen:before', line: 'gc watch --once --every 5m' },
    { at: 'settle.expenses:before', line: 'gc --execute', before: () => devnet.advance(20 * 60_000).then(devnet.postExpenses) },
    { at: 'redeploy.renamed:before', line: 'vm redeploy box --replace --timeout 20m' },
    { at: 'vm.protect:before', line: 'vm protect more' },
    {
      at: 'destroy.published:before',
      line: 'vm destroy --all',
      next: 'gc --execute',
      // a person's act: the row is written as it would leave it
      before: async () =>
        home.ledger((ledger) =>
          ledger.write('vm.protect', (transaction) => {
            for (const { id } of transaction.vms({ states: liveStates })) transaction.updateVm(id, { protected: false });
          }),
        ),
    },
    {
      at: 'authz.publish:after',
      line: `authz grant ${somebody} --channel ALEPH-AGENT-0123456789ab`,
      before: () => agreed(`authz grant ${somebody} --channel ALEPH-AGENT-0123456789ab`),
    },
    { at: 'transfer.publish:after', line: `credits allow ${somebody} 0.1`, before: () => agreed(`credits allow ${somebody} 0.1`) },
    {
      at: 'topup.broadcast:after',
      line: 'credits topup 1 --timeout 20m',
      next: 'credits topup --resume --timeout 20m',
      before: async () => {
        await devnet.giveTokens(home.address, 'usdc', 2_000_000n);
        await agreed('credits topup 1 --timeout 20m');
      },
    },
    {
      at: 'agents.set:after',
      line: 'agents revoke ci',
      before: async () => {
        await agreed('agents add ci --budget 0.1');
        await ok(home, 'agents add ci --budget 0.1');
      },
    },
    { at: 'freeze.set:after', line: 'freeze' },
  ];

  it.each(deaths)('W-115: $at', async ({ at, line, next = line, exit = 0, before }) => {
    await before?.();
    const killed = await home.run(line, { env: { ALEPH_AGENT_CRASH: at } });
    expect(killed.signal, `${at} was never reached: ${killed.stdout}`).toBe('SIGKILL');
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
    // past the lease of the dead
    await devnet.advance(31_000);
    const ended = await home.run(next);
    expect(ended.exit, `${next}: ${ended.stdout}`).toBe(exit);
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it('W-115 W-158 XL-02: adopt.publish:after, of a VM that another client made, and reconcile.adopt:after when the ledger was lost', async () => {
    const other = await devnet.home('5');
    const [node] = (await ok(other, 'crns ls --limit 1 --full')).document().data.items as { hash: string }[];
    const id = await unmarkedVm({ ccn: devnet.ccn, privateKey: other.privateKey, now: await devnet.now() }, node!.hash);
    await devnet.advance(180_000);
    const asked = await other.run(`vm adopt ${id} --name box --ttl 1h`);
    approveAs(other.folder, String(asked.document().error.facts['approval']));
    const recovered = async (line: string, crash: string): Promise<void> => {
      const killed = await other.run(line, { env: { ALEPH_AGENT_CRASH: crash } });
      expect(killed.signal, killed.stdout).toBe('SIGKILL');
      await devnet.advance(31_000);
      await ok(other, 'gc --execute');
      expect(other.ledger((ledger) => ledger.vms({ states: liveStates }))).toMatchObject([{ id, state: 'healthy' }]);
      expect(brokenRecords(other, await devnet.bills())).toEqual([]);
    };
    await recovered(`vm adopt ${id} --name box --ttl 1h`, 'adopt.publish:after');
    loseLedger(other);
    await recovered('gc --execute', 'reconcile.adopt:after');
    await ok(other, `vm destroy ${id.slice(0, 12)} --timeout 20m`);
    const bills = await devnet.bills();
    expect([...brokenRecords(other, bills), ...unfinished(other, bills), ...leftOver(other, bills)]).toEqual([]);
  });

  it('nothing is left of that life, and no family is left out', async () => {
    await devnet.advance(16 * 60_000);
    await ok(home, 'gc --execute');
    const bills = await devnet.bills();
    expect([...brokenRecords(home, bills), ...unfinished(home, bills), ...leftOver(home, bills)]).toEqual([]);
    const familyOf = (point: string): string => point.split('.')[0]!;
    const families = [...deaths.map(({ at }) => familyOf(at)), 'adopt', 'journal', 'reconcile', 'recover', 'setup'];
    expect([...new Set(families)].sort()).toEqual([...new Set(effectPoints.map(familyOf))].sort());
  });
});

describe('twelve processes at once', () => {
  let devnet: DevnetProcess;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
  });
  afterAll(() => devnet.close());

  it('W-042 W-156 XA-01: make no more VMs than the policy allows, and end well', async () => {
    const home = await devnet.home('50');
    const runs = await Promise.all(Array.from({ length: 12 }, (_, n) => home.run(`vm create n-${n} --no-wait`)));
    const codes = runs.map((run) => (run.exit === 0 ? 'ok' : run.document().error.code));
    expect(codes.filter((code) => code === 'ok')).toHaveLength(defaultLimits.maxVms);
    expect(codes).toContain('TOO_MANY_VMS');
    const bills = await devnet.bills();
    expect(bills).toHaveLength(defaultLimits.maxVms);
    expect(brokenRecords(home, bills)).toEqual([]);
  });
});

describe('one transcript', () => {
  it('agent-json.md', () => runTranscript('agent-json.md'));
});
