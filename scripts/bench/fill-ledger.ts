import { createHash } from 'node:crypto';
import type { EffectRecord, OperationRecord } from '../../src/domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { LedgerReader, LedgerTransaction, NewEffect } from '../../src/ports/ledger.ts';
import type { SignedMessage } from '../../src/ports/network/messages.ts';
import { useLedger } from '../../test/support/use-ledger.ts';

/** One VM from its plan to its receipt, as a ledger has it. */
export interface Life {
  vm: VmRecord;
  operation: OperationRecord;
  signed: SignedMessage[];
  effects: EffectRecord[];
}

export const lifeIn = (ledger: LedgerReader, name: string): Life => {
  const vm = ledger.vms().find((row) => row.name === name)!;
  const ofOperation = ledger.effects({ operation: vm.operation }).reverse();
  return { vm, operation: ledger.operation(vm.operation)!, signed: ledger.signedFor(vm.id), effects: ofOperation };
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same life with other ids, of another account, so many ms earlier: its messages have the hashes of their contents. */
const another = (life: Life, account: string, place: number, earlierMs: number): Life => {
  const { vm, operation } = life;
  const names = new Map([
    [vm.account, account],
    [vm.label, `vm-${sha256(`label ${place}`).slice(0, 16)}`],
    [operation.id, `op_${sha256(`operation ${place}`).slice(0, 8)}`],
  ]);
  const renamed = (text: string): string => [...names].reduce((sum, [from, to]) => sum.replaceAll(from, to), text);
  const earlier = (at: number | null): number | null => (at === null ? null : at - earlierMs);
  const signed = life.signed.map(({ id, kind, bytes, signedAt }) => {
    const body = JSON.parse(renamed(bytes)) as { message: { time: number; item_hash: string; item_content: string } };
    const content = JSON.parse(body.message.item_content) as { time: number; metadata?: { expires?: string } };
    content.time = (signedAt - earlierMs) / 1000;
    if (content.metadata?.expires !== undefined) {
      content.metadata.expires = new Date(Date.parse(content.metadata.expires) - earlierMs).toISOString();
    }
    const text = JSON.stringify(content);
    names.set(id, sha256(text));
    Object.assign(body.message, { time: content.time, item_content: text, item_hash: sha256(text) });
    return { id: sha256(text), kind, bytes: JSON.stringify(body), signedAt: signedAt - earlierMs };
  });
  const dated = <Row extends object>(row: Row): Row => {
    const text = JSON.stringify(row, (_, member: unknown) => (typeof member === 'bigint' ? { $: member.toString() } : member));
    const copy = JSON.parse(renamed(text), (_, member: { $?: string }) =>
      typeof member?.$ === 'string' ? BigInt(member.$) : member,
    ) as Record<string, unknown>;
    for (const key of Object.keys(copy)) if (/^at$|At$/.test(key)) copy[key] = earlier(copy[key] as number | null);
    return copy as Row;
  };
  // The network has billed it, and nothing more comes: little enough that the policy's total allows some more.
  const over = { name: `job-${place}`, settled: true, hold: 100n, billed: 100n };
  return { vm: { ...dated(vm), ...over }, operation: dated(operation), signed, effects: life.effects.map(dated) };
};

const write = (transaction: LedgerTransaction, { vm, operation, signed, effects }: Life, rows: number): void => {
  transaction.insertOperation(operation as Parameters<LedgerTransaction['insertOperation']>[0]);
  transaction.insertVm(vm);
  for (const message of signed) transaction.insertSigned(vm.id, message);
  const last = effects.at(-1)!;
  const probes = Array.from({ length: Math.max(0, rows - effects.length) }, (_, place) => ({
    ...last,
    point: 'health.recorded' as const,
    outcome: place % 2 === 0 ? 'unreachable' : 'healthy',
    facts: { probes: 3, onNode: 'running' },
  }));
  const begun = effects.slice(0, -1);
  for (const { seq: _, previousHash: __, hash: ___, ...effect } of [...begun, ...probes, last].slice(0, rows)) {
    transaction.recordEffect(effect as NewEffect<'create.hold'>);
  }
};

const dayMs = 86_400_000;

/** Writes as many such lives into a home's ledger in one transaction, by its own code, so that the trail holds: the last one two days ago. */
export const fillLedger = (home: string, life: Life, account: string, size: { vms: number; effects: number }): void => {
  const each = size.effects / size.vms;
  const overMs = 300 * dayMs;
  useLedger(home, (ledger) =>
    ledger.write('ledger.head', (transaction) => {
      for (let place = 0; place < size.vms; place++) {
        write(transaction, another(life, account, place, 2 * dayMs + Math.trunc((overMs * (size.vms - place)) / size.vms)), each);
      }
    }),
  );
};
