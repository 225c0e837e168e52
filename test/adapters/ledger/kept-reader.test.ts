import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenLedger, openLedger } from '../../../src/adapters/ledger/open-ledger.ts';
import { account, operationRow, start, vmRow } from '../../conformance/ledger-rows.ts';

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

  it('asks anew once it has kept thousands, so that nobody fills the memory with questions', () => {
    add(1);
    const kept = read.kept(now);
    const first = kept.vm(vmRow(1).id);
    for (let number = 2; number < 5500; number += 1) kept.vm(vmRow(number).id);
    expect(kept.vm(vmRow(1).id)).not.toBe(first);
    expect(kept.vm(vmRow(1).id)).toEqual(first);
  });
});
