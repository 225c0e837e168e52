import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsKept } from '../../src/domain/ledger/health.ts';
import { transitions } from '../../src/domain/ledger/vm-machine.ts';
import type { VmState } from '../../src/domain/ledger/vm-record.ts';
import { defaultLimits } from '../../src/domain/limits/limits.ts';
import type { Ledger, LedgerTransaction, NewApproval } from '../../src/ports/ledger.ts';
import { account, effectRow, hashOf, operationRow, start, vmRow, withFacts } from './ledger-rows.ts';

const scope = { account, network: 'devnet' };

/** What every ledger keeps. `make` gives an empty one whose clock is `now`. */
export const describeLedger = (name: string, make: (now: () => number) => Ledger): void => {
  const seeded = (...changes: ((transaction: LedgerTransaction) => void)[]): Ledger => {
    const ledger = make(() => start);
    ledger.write('create.hold', (transaction) => {
      transaction.insertOperation(operationRow());
      for (const change of changes) change(transaction);
    });
    return ledger;
  };

  describe(`ledger: ${name}`, () => {
    it('is empty at first', () => {
      const ledger = make(() => start);
      expect([ledger.vms(), ledger.operations(), ledger.approvals(), ledger.effects(), ledger.expenses(scope)]).toEqual([
        [],
        [],
        [],
        [],
        [],
      ]);
      expect([ledger.vm('x'), ledger.operation('x'), ledger.approval('x'), ledger.signed('x'), ledger.policy(scope)]).toEqual([
        null,
        null,
        null,
        null,
        null,
      ]);
      expect([ledger.newestAt('devnet'), ledger.firstBrokenLink()]).toEqual([null, null]);
    });

    it('gives back every row as it went in', () => {
      const full = vmRow(2, {
        endpoint: { host: '203.0.113.9', port: 24_017, user: 'root' },
        receipt: {
          forgottenBy: ['a', 'b'],
          eraseRequested: true,
          nodeAnswer: 'erased',
          disk: 'purged',
          forwardsRemoved: null,
          noLongerListed: false,
        },
        hold: 9_007_199_254_740_993n,
        billed: 2n ** 62n,
        settled: true,
        ipv6: '2001:db8::1',
        signedAt: start + 1,
      });
      const ledger = seeded((transaction) => {
        transaction.insertVm(full);
        transaction.insertVm(vmRow(1));
      });
      expect(ledger.vms()).toEqual([vmRow(1), full]);
      expect(ledger.vm(hashOf(2))).toEqual(full);
      expect(ledger.operation('op_00000001')).toEqual(operationRow());
    });

    it('keeps every amount of credits exactly', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (hold) => {
          const ledger = seeded((transaction) => transaction.insertVm(vmRow(1, { hold })));
          return ledger.vm(hashOf(1))?.hold === hold;
        }),
        { numRuns: 20 },
      );
    });

    it('filters VMs by state, network, account and operation', () => {
      const ledger = seeded(
        (transaction) => transaction.insertOperation(operationRow({ id: 'op_00000002' })),
        (transaction) => {
          transaction.insertVm(vmRow(1));
          transaction.insertVm(vmRow(2, { state: 'healthy', network: 'mainnet' }));
          transaction.insertVm(vmRow(3, { state: 'dormant', account: '0xother', operation: 'op_00000002' }));
        },
      );
      const names = (filter: Parameters<Ledger['vms']>[0]) => ledger.vms(filter).map((vm) => vm.name);
      expect(names({ states: ['requested', 'dormant'] })).toEqual(['vm-1', 'vm-3']);
      expect(names({ states: [] })).toEqual([]);
      expect(names({ network: 'mainnet' })).toEqual(['vm-2']);
      expect(names({ account, network: 'devnet' })).toEqual(['vm-1']);
      expect(names({ operation: 'op_00000002' })).toEqual(['vm-3']);
    });

    it('R-10 filters VMs by what is open, by change and end, and the newest, and gives what they cost alone', () => {
      const rows = [
        vmRow(1, { state: 'terminated', terminatedAt: start + 10, settled: true, updatedAt: start + 20, signedAt: start + 1 }),
        vmRow(2, { state: 'terminated', terminatedAt: start + 30, updatedAt: start + 31, signedAt: start + 2, payer: '0xother' }),
        vmRow(3, { state: 'healthy', updatedAt: start + 3, signedAt: start + 3, task: null, hold: 2n ** 62n, ending: 'destroy' }),
        vmRow(4, { state: 'dormant', updatedAt: start + 40, signedAt: start + 4, rate: '0.000000000000000001' }),
        vmRow(5, { state: 'terminated', terminatedAt: null, settled: true, signedAt: start + 5 }),
      ];
      const ledger = seeded((transaction) => {
        for (const row of rows) transaction.insertVm(row);
        transaction.insertVm(vmRow(6, { network: 'mainnet', payer: '0xfar' }));
        transaction.insertVm(vmRow(7, { account: '0xanother', payer: '0xfar' }));
      });
      const ids = (filter: Parameters<Ledger['vms']>[0]) => ledger.vms({ ...scope, ...filter }).map((vm) => vm.name.slice(3));
      expect(ids({ unsettled: true })).toEqual(['2', '3', '4']);
      expect(ids({ changedSince: start + 31 })).toEqual(['2', '4']);
      expect(ids({ unsettled: true, changedSince: start + 32 })).toEqual(['4']);
      expect(ids({ endedSince: start + 11 })).toEqual(['2', '3', '5']);
      expect(ids({ newest: 2 })).toEqual(['4', '5']);
      expect(ids({ newest: 9, states: ['terminated'] })).toEqual(['1', '2', '5']);
      expect(ledger.payers(scope).sort()).toEqual(['0xother', account].sort());
      const { vms, operations } = ledger.costs(scope);
      expect(rows.map((row) => ({ ...row, ...vms.find(({ id }) => id === row.id) }))).toEqual(rows);
      expect(vms.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(Object.keys(vms[0]!).sort()).toEqual(
        'agent attempt billed ending expiresAt hold id operation payer rate settled signedAt state task terminatedAt ttlSeconds'.split(' '),
      );
      const { id, kind, agent, task, state, startedAt, endedAt, breaker } = operationRow();
      expect(operations).toEqual([{ id, kind, agent, task, state, startedAt, endedAt, breaker }]);
    });

    it('finds VMs by how their ids begin', () => {
      const ids = ['ab', 'abf', 'abg', 'ac', 'b'];
      const ledger = seeded((transaction) => {
        for (const id of ids) transaction.insertVm(vmRow(1, { id }));
        transaction.insertVm(vmRow(1, { id: 'abe', network: 'mainnet' }));
      });
      const beginning = (idPrefix: string) => ledger.vms({ network: 'devnet', idPrefix }).map(({ id }) => id);
      expect([beginning('ab'), beginning('ac'), beginning('c'), beginning('')]).toEqual([['ab', 'abf'], ['ac'], [], ids]);
    });

    it('answers a name with the newest VM that runs, else that may come alive, else that is gone', () => {
      const states: VmState[] = ['terminated', 'stopping', 'provisioning', 'dormant', 'terminated'];
      const ledger = seeded((transaction) => {
        for (const [index, state] of states.entries()) transaction.insertVm(vmRow(index, { name: 'ci', state, signedAt: start + index }));
        transaction.insertVm(vmRow(7, { name: 'ci', network: 'mainnet', signedAt: start + 7 }));
        transaction.insertVm(vmRow(8, { name: 'ci', account: 'another', state: 'stopped', signedAt: start - 1 }));
        transaction.insertVm(vmRow(9, { name: 'ci-2', signedAt: start + 9 }));
      });
      const meant = (): string[] => {
        const found: string[] = [];
        ledger.write('create.hold', (transaction) => {
          for (let row = transaction.vmNamed({ name: 'ci', ...scope }); row !== null; row = transaction.vmNamed({ name: 'ci', ...scope })) {
            found.push(row.id);
            transaction.updateVm(row.id, { name: 'done' });
          }
        });
        return found;
      };
      expect(ledger.vmNamed({ name: 'ci', network: 'devnet' })).toEqual(ledger.vm(hashOf(2)));
      expect(ledger.vmNamed({ name: 'ci', network: 'nowhere' })).toBeNull();
      expect(meant()).toEqual([2, 1, 3, 4, 0].map(hashOf));
      expect(ledger.vmNamed({ name: 'ci', network: 'devnet' })?.account).toBe('another');
    });

    it('XA-04: an aborted write leaves nothing behind, and the next one goes through', () => {
      const ledger = seeded();
      const fail = () =>
        ledger.write('create.hold', (transaction) => {
          transaction.insertVm(vmRow(1));
          throw new RangeError('on purpose');
        });
      expect(fail).toThrow('on purpose');
      expect(ledger.vms()).toEqual([]);
      ledger.write('create.hold', (transaction) => transaction.insertVm(vmRow(1)));
      expect(ledger.vms()).toHaveLength(1);
    });

    it('gives back what the change returns, and lets it read what it wrote', () => {
      const ledger = seeded();
      const seen = ledger.write('create.hold', (transaction) => {
        transaction.insertVm(vmRow(1));
        return transaction.vms().length;
      });
      expect(seen).toBe(1);
    });

    it('refuses a write inside a write, and one that waits', () => {
      const ledger = seeded();
      expect(() => ledger.write('create.hold', () => ledger.write('create.start', () => 1))).toThrow('inside');
      expect(() => ledger.write('create.hold', async () => 1)).toThrow('wait');
    });

    it('refuses the same VM twice, a message without VM, and a row that is not there', () => {
      const ledger = seeded((transaction) => transaction.insertVm(vmRow(1)));
      expect(() => ledger.write('create.hold', (transaction) => transaction.insertVm(vmRow(1)))).toThrow();
      const lost = { id: 'm', kind: 'INSTANCE', bytes: '{}', signedAt: start } as const;
      expect(() => ledger.write('create.hold', (transaction) => transaction.insertSigned(hashOf(2), lost))).toThrow();
      expect(() => ledger.write('create.hold', (transaction) => transaction.updateVm('x', {}))).toThrow('no row x');
      expect(() => ledger.write('create.hold', (transaction) => transaction.updateOperation('x', { task: 'y' }))).toThrow('no row x');
      expect(() => ledger.write('create.hold', (transaction) => transaction.updateVm(hashOf(1), { hold: -1n }))).toThrow();
      expect(ledger.vms()).toEqual([vmRow(1)]);
    });

    it('patches a VM, stamps it, and gives the new row', () => {
      const ledger = seeded((transaction) => transaction.insertVm(vmRow(1, { updatedAt: 1 })));
      const patch = { state: 'provisioning', processedAt: start, receipt: null } as const;
      const row = ledger.write('create.published', (transaction) => transaction.updateVm(hashOf(1), patch));
      expect(row).toEqual(vmRow(1, patch));
      expect(ledger.vm(hashOf(1))).toEqual(row);
    });

    it('W-119: lets no VM take an edge that the state machine has not', () => {
      const states: VmState[] = ['requested', 'dormant', 'provisioning', 'healthy', 'unreachable', 'stopped', 'stopping', 'terminated'];
      const edges = new Set(transitions.map(({ from, to }) => `${from} ${to}`));
      for (const from of states) {
        for (const to of states.filter((state) => state !== from)) {
          const ledger = seeded((transaction) => transaction.insertVm(vmRow(1, { state: from })));
          const move = () => ledger.write('destroy.begin', (transaction) => transaction.updateVm(hashOf(1), { state: to }).state);
          if (edges.has(`${from} ${to}`)) expect(move()).toBe(to);
          else expect(move).toThrow(`from ${from} to ${to}`);
        }
      }
    });

    it('finds an operation by its request id, in its scope, for 30 days', () => {
      let now = start;
      const ledger = make(() => now);
      ledger.write('create.hold', (transaction) => {
        transaction.insertOperation(operationRow({ requestId: 'r1', state: 'failed' }));
        transaction.insertOperation(operationRow({ id: 'op_00000002', requestId: 'r1', startedAt: start + 5 }));
        transaction.insertOperation(operationRow({ id: 'op_00000003', requestId: 'r1', kind: 'destroy' }));
      });
      const ask = { ...scope, agent: null, command: 'vm create', requestId: 'r1' };
      expect(ledger.operationByRequest(ask)?.id).toBe('op_00000002');
      expect(ledger.operationByRequest({ ...ask, command: 'vm destroy' })?.id).toBe('op_00000003');
      expect(ledger.operationByRequest({ ...ask, network: 'mainnet' })).toBeNull();
      expect(ledger.operationByRequest({ ...ask, account: '0xother' })).toBeNull();
      expect(ledger.operationByRequest({ ...ask, requestId: 'r2' })).toBeNull();
      now += 30 * 86_400_000 + 6;
      expect(ledger.operationByRequest(ask)).toBeNull();
    });

    it('lists operations by start, and by state and kind', () => {
      const ledger = seeded((transaction) => {
        transaction.insertOperation(operationRow({ id: 'op_a', startedAt: start - 1, state: 'succeeded' }));
        transaction.insertOperation(operationRow({ id: 'op_b', kind: 'destroy', startedAt: start + 1 }));
        transaction.updateOperation('op_b', { state: 'failed', endedAt: start + 9, failure: 'CREATE_FAILED', breaker: true });
      });
      expect(ledger.operations().map(({ id }) => id)).toEqual(['op_a', 'op_00000001', 'op_b']);
      expect(ledger.operations({ state: 'failed' })).toMatchObject([
        { id: 'op_b', endedAt: start + 9, failure: 'CREATE_FAILED', breaker: true },
      ]);
      expect(ledger.operations({ kind: 'create', state: 'running' }).map(({ id }) => id)).toEqual(['op_00000001']);
    });

    it('keeps signed messages byte for byte, oldest first, none twice', () => {
      const bytes = '{"item_content":"{\\"a\\": 1}","x":"\u00e9"}';
      const instance = { id: 'm1', kind: 'INSTANCE', bytes, signedAt: start } as const;
      const forget = { id: 'm2', kind: 'FORGET', bytes: '{}', signedAt: start + 1 } as const;
      const ledger = seeded((transaction) => {
        transaction.insertVm(vmRow(1));
        transaction.insertSigned(hashOf(1), forget);
        transaction.insertSigned(hashOf(1), instance);
      });
      expect(ledger.signed('m1')).toEqual(instance);
      expect(ledger.signedFor(hashOf(1))).toEqual([instance, forget]);
      expect(ledger.signedFor(hashOf(2))).toEqual([]);
      expect(() => ledger.write('create.hold', (transaction) => transaction.insertSigned(hashOf(1), instance))).toThrow();
    });

    it('keeps approvals, bigints in their plans too', () => {
      const row = {
        id: 'ap_1',
        ...scope,
        agent: null,
        planId: 'p',
        plan: { subject: { most: 12n } },
        argumentsDigest: 'd',
        state: 'pending',
        requestedAt: start,
        decidedAt: null,
        decidedBy: null,
        expiresAt: start + 1,
        usedBy: null,
        payer: scope.account,
        policyVersion: 1,
        nonce: '0x01',
        purpose: 'tests',
        signature: null,
        networkId: '',
      } as const;
      const ledger = seeded((transaction) => transaction.insertApproval(row as unknown as NewApproval));
      expect(ledger.approval('ap_1')).toEqual(row);
      ledger.write('approval.grant', (transaction) =>
        transaction.updateApproval('ap_1', { state: 'granted', decidedBy: 'terminal', decidedAt: start }),
      );
      expect(ledger.approvals({ state: 'pending' })).toEqual([]);
      expect(ledger.approvals({ state: 'granted', network: 'devnet' })).toEqual([
        { ...row, state: 'granted', decidedBy: 'terminal', decidedAt: start },
      ]);
    });

    it('lists what came in the same millisecond in the order in which it came', () => {
      const came = ['9', '1', '5'];
      const ledger = seeded((transaction) => {
        for (const name of came) transaction.insertOperation(operationRow({ id: `op_${name}`, startedAt: start + 1 }));
        for (const name of came) transaction.insertVm(vmRow(Number(name)));
        for (const name of came) {
          const row = { id: `ap_${name}`, ...scope, planId: name, plan: {}, argumentsDigest: name, state: 'pending', requestedAt: start };
          const rest = { decidedAt: null, decidedBy: null, expiresAt: start + 1, usedBy: null, payer: scope.account, policyVersion: 1 };
          transaction.insertApproval({ ...row, ...rest, nonce: name, purpose: null, signature: null } as unknown as NewApproval);
        }
      });
      expect(ledger.operations({ kind: 'create' }).map(({ id }) => id)).toEqual(['op_00000001', ...came.map((name) => `op_${name}`)]);
      expect(ledger.vms().map(({ name }) => name)).toEqual(came.map((name) => `vm-${name}`));
      expect(ledger.approvals().map(({ id }) => id)).toEqual(came.map((name) => `ap_${name}`));
    });

    it('answers with the newest version of a policy', () => {
      const first = {
        ...scope,
        version: 1,
        limits: defaultLimits,
        tasks: { nightly: 500_000n },
        authorisedAt: start,
        acknowledgedBalance: null,
        setAt: start,
        setBy: 'default',
        approver: null,
        seal: null,
        overlay: {},
        overlayTasks: {},
        agents: {},
        overlayAgents: {},
      } as const;
      const second = {
        ...first,
        version: 2,
        limits: { ...defaultLimits, maxVms: 1 },
        setBy: 'agent',
        acknowledgedBalance: 5n,
        overlay: { maxDayCredits: 1n },
        overlayTasks: { nightly: 2n },
      } as const;
      const ledger = seeded((transaction) => {
        transaction.putPolicy(second);
        transaction.putPolicy(first);
      });
      expect(ledger.policy(scope)).toEqual(second);
      ledger.write('policy.set', (transaction) => transaction.putPolicy({ ...second, acknowledgedBalance: 7n }));
      expect(ledger.policy(scope)?.acknowledgedBalance).toBe(7n);
      // an account's policy is one, by whatever name its network goes
      expect(ledger.policy({ account: scope.account })?.acknowledgedBalance).toBe(7n);
      expect(ledger.policy({ account: '0x02' })).toBeNull();
    });

    it('takes each expense once', () => {
      const row = (ref: string, at: number, vm: string | null = null) => ({ ref, at, vm, credits: 14_250n });
      const ledger = seeded((transaction) => transaction.insertExpenses(scope, [row('b', start + 2, 'v'), row('a', start)]));
      ledger.write('settle.expenses', (transaction) => transaction.insertExpenses(scope, [row('a', start), row('c', start + 3)]));
      expect(ledger.expenses(scope).map(({ ref }) => ref)).toEqual(['a', 'b', 'c']);
      expect(ledger.expenses({ ...scope, since: start + 2 }).map(({ ref }) => ref)).toEqual(['b', 'c']);
      expect(ledger.expenses({ ...scope, vm: 'v' })).toEqual([row('b', start + 2, 'v')]);
      expect(ledger.expenses({ ...scope, account: '0xother' })).toEqual([]);
    });

    it('chains effects, newest first, by pages', () => {
      const ledger = seeded((transaction) => {
        transaction.recordEffect(effectRow);
        transaction.recordEffect({ ...effectRow, vm: hashOf(1), at: start + 1, credits: null, latencyMs: null });
        transaction.recordEffect({ ...withFacts({ held: 5n, gone: undefined }), operation: null, at: start + 2 });
      });
      const effects = ledger.effects();
      expect(effects.map(({ seq }) => seq)).toEqual([3, 2, 1]);
      expect(effects[2]).toMatchObject({ ...effectRow, previousHash: '0'.repeat(64) });
      expect(effects[1]!.previousHash).toBe(effects[2]!.hash);
      expect(effects[0]!.facts).toEqual({ held: 5n });
      expect(ledger.effects({ limit: 1, before: 3 })).toEqual([effects[1]]);
      expect(ledger.effects({ since: effects[1]!.at }).map(({ seq }) => seq)).toEqual(
        effects.filter(({ at }) => at >= effects[1]!.at).map(({ seq }) => seq),
      );
      expect(ledger.effects({ since: effects[0]!.at + 1 })).toEqual([]);
      expect(ledger.effects({ vm: hashOf(1) })).toEqual([effects[1]]);
      expect(ledger.effects({ operation: 'op_00000001' })).toEqual([effects[1], effects[2]]);
      expect(ledger.firstBrokenLink()).toBeNull();
      expect(ledger.newestAt('devnet')).toBe(start + 2);
    });

    it('keeps how VMs answered, newest first, and only so much of it', () => {
      const ledger = seeded((transaction) => {
        transaction.insertVm(vmRow(1));
        transaction.insertVm(vmRow(2));
      });
      const run = (since: number, probes: number) => ({
        since,
        until: since + probes,
        answers: since % 2 === 0,
        onNode: 'running',
        probes,
      });
      const put = (vm: number, since: number, probes: number) =>
        ledger.write('health.recorded', (transaction) => transaction.putHealth(hashOf(vm), run(since, probes)));
      put(1, 1, 1);
      put(1, 1, 2);
      put(1, 4, 1);
      put(2, 2, 1);
      expect(ledger.health(hashOf(1))).toEqual([run(4, 1), run(1, 2)]);
      for (let since = 10; since < 70; since += 1) put(1, since, 1);
      expect(ledger.health(hashOf(1)).map(({ since }) => since)).toEqual(Array.from({ length: runsKept }, (_, index) => 69 - index));
      expect(ledger.health(hashOf(2))).toEqual([run(2, 1)]);
      expect(() => put(3, 1, 1)).toThrow();
    });

    it('gives a lease to one holder at a time', () => {
      const ledger = seeded();
      const lease = (holder: string, now: number, until: number) =>
        ledger.write('lease.take', (transaction) => transaction.lease('vm', holder, now, until));
      expect(lease('a', 0, 30)).toBe(true);
      expect(lease('b', 10, 40)).toBe(false);
      expect(lease('a', 20, 50)).toBe(true);
      expect(lease('b', 49, 80)).toBe(false);
      expect(lease('b', 50, 80)).toBe(true);
      ledger.write('lease.release', (transaction) => transaction.release('vm', 'a'));
      expect(lease('a', 60, 90)).toBe(false);
      ledger.write('lease.release', (transaction) => transaction.release('vm', 'b'));
      expect(lease('a', 60, 90)).toBe(true);
    });
  });
};
