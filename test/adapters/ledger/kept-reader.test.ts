import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenLedger, openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { account, effectRow, operationRow, start, vmRow } from '../../conformance/ledger-rows.ts';

const now = () => start;

describe('a reader that keeps its answers', () => {
  let folder: string;
  let writer: OpenLedger;
  let read: OpenLedger;
  const add = (number: number): void =>
    writer.write('create.hold', (transaction) => {
      if (number === 1) transaction.insertOperation(operationRow({ requestId: 'one' }));
      transaction.insertVm(vmRow(number));
    });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'aleph-agent-ledger-'));
    const path = join(folder, 'ledger.db');
    writer = openLedger({ path, now });
    read = openLedger({ path, now });
  });
  afterEach(() => {
    writer.close();
    read.close();
    rmSync(folder, { recursive: true });
  });

  it('answers once for as long as nobody writes, to whoever asks, and at once anew where anybody has', () => {
    add(1);
    const [one, other] = [read.kept(now), read.kept(now)];
    let counted = 0;
    const count = () => {
      counted += 1;
      return one.vms().length;
    };
    const first = one.vm(vmRow(1).id);
    expect(other.vm(vmRow(1).id)).toBe(first);
    expect([one.once?.('how many', count), other.once?.('how many', count), counted]).toEqual([1, 1, 1]);
    add(2);
    expect([one.vms().length, other.vms({ account }).length, one.once?.('how many', count), counted]).toEqual([2, 2, 2, 2]);
    expect(other.vm(vmRow(1).id)).not.toBe(first);
  });

  it('tells questions apart, and gives each asker a list of its own whose rows nobody changes', () => {
    add(1);
    add(2);
    const kept = read.kept(now);
    expect([kept.vms({ agent: null }).length, kept.vms({ agent: 'ci' }).length, kept.vms().length]).toEqual([2, 0, 2]);
    kept.vms().reverse();
    expect(kept.vms().map(({ name }) => name)).toEqual(['vm-1', 'vm-2']);
    expect(() => Object.assign(kept.vms()[0]!, { name: 'another' })).toThrow(TypeError);
    expect(() => Object.assign(kept.vms()[0]!.spec, { vcpus: 64 })).toThrow(TypeError);
  });

  it('keeps nothing of what hangs on the time, nor of a ledger that was opened anew', () => {
    add(1);
    const request = { account, network: 'devnet', agent: null, command: 'vm create', requestId: 'one' } as const;
    let at = start;
    const kept = read.kept(() => at);
    expect(kept.operationByRequest(request)).toMatchObject({ requestId: 'one' });
    at += 31 * 86_400_000;
    expect(kept.operationByRequest(request)).toBeNull();
    expect(kept.vms()).toHaveLength(1);
    read.close();
    add(2);
    expect(kept.vms()).toHaveLength(2);
  });

  it('keeps nothing of what looks back from an instant, which nobody asks again', () => {
    add(1);
    writer.write('create.hold', (transaction) => {
      transaction.recordEffect(effectRow);
      transaction.insertExpenses({ account, network: 'devnet' }, [{ vm: vmRow(1).id, credits: 5n, at: start, ref: 'one' }]);
    });
    const kept = read.kept(now);
    const scope = { account, network: 'devnet' };
    const twice = (ask: () => readonly object[]): boolean => {
      const [first, second] = [ask(), ask()];
      expect([first, first.length]).toEqual([second, 1]);
      return first[0] === second[0];
    };
    expect([twice(() => kept.effects(scope)), twice(() => kept.expenses(scope))]).toEqual([true, true]);
    const since = start - 1;
    expect([twice(() => kept.effects({ ...scope, since })), twice(() => kept.expenses({ ...scope, since }))]).toEqual([false, false]);
  });

  it('keeps thousands of small answers, and lets go of all once they are large, so that nobody fills the memory with questions', () => {
    writer.write('create.hold', (transaction) => {
      transaction.insertOperation(operationRow({ requestId: 'one' }));
      for (let number = 1; number <= 20; number += 1) transaction.insertVm(vmRow(number, { task: 'x'.repeat(20_000) }));
    });
    const kept = read.kept(now);
    const first = kept.vm(vmRow(1).id);
    for (let number = 1001; number < 7000; number += 1) kept.vm(vmRow(number).id);
    expect(kept.vm(vmRow(1).id)).toBe(first);
    for (let changedSince = 1; changedSince < 100; changedSince += 1) expect(kept.vms({ changedSince })).toHaveLength(20);
    expect(kept.vm(vmRow(1).id)).not.toBe(first);
    expect(kept.vm(vmRow(1).id)).toEqual(first);
  });

  it('keeps nothing of a file beside which nothing can be written, and sees what others write once it can be', () => {
    add(1);
    writer.close();
    const side = join(folder, 'ledger.db-wal');
    for (const path of [side, join(folder, 'ledger.db-shm')]) rmSync(path, { force: true });
    mkdirSync(side);
    const kept = read.kept(now);
    expect(kept.vm(vmRow(1).id)).toMatchObject({ name: 'vm-1' });
    expect(kept.vm(vmRow(1).id)).not.toBe(kept.vm(vmRow(1).id));
    rmSync(side, { recursive: true });
    add(2);
    expect(kept.vms()).toHaveLength(2);
    expect(kept.vm(vmRow(2).id)).toBe(kept.vm(vmRow(2).id));
  });
});
