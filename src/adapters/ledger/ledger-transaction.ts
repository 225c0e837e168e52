import { runsKept } from '../../domain/ledger/health.ts';
import { mayMove } from '../../domain/ledger/vm-machine.ts';
import type { LedgerReader, LedgerTransaction } from '../../ports/ledger.ts';
import type { Connection } from './connection.ts';
import { link } from './effect-chain.ts';
import { encodeFields, type Table } from './table.ts';
import {
  agentTable,
  approvalTable,
  effectTable,
  enforcerTable,
  expenseTable,
  freezeTable,
  headTable,
  healthTable,
  nonceTable,
  operationTable,
  policyTable,
  signedTable,
  vmTable,
} from './tables.ts';
import { wipeSignaturesOf } from './wipe-signatures.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const insert = <Row extends object>(connection: Connection, table: Table<Row>, row: Row, conflict = ''): void => {
  const { names, values } = encodeFields(table, row);
  const marks = names.map(() => '?').join(', ');
  connection.run(`INSERT INTO ${table.name} (${quoted(names)}) VALUES (${marks})${conflict}`, values);
};

/** Inserts a row, or replaces the one that has its key. */
const put = <Row extends object>(connection: Connection, table: Table<Row>, row: Row, key: readonly (keyof Row & string)[]): void => {
  const replaced = Object.keys(table.columns).filter((name) => !(key as readonly string[]).includes(name));
  const setters = replaced.map((name) => `"${name}" = excluded."${name}"`).join(', ');
  insert(connection, table, row, ` ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${setters}`);
};

const update = <Row extends object>(connection: Connection, table: Table<Row>, id: string, patch: Partial<Row>): void => {
  const { names, values } = encodeFields(table, patch);
  if (names.length === 0) return;
  const changed = connection.run(`UPDATE ${table.name} SET ${names.map((name) => `"${name}" = ?`).join(', ')} WHERE id = ?`, [
    ...values,
    id,
  ]);
  if (changed !== 1) throw new Error(`${table.name} has no row ${id}`);
};

/** The writing half, inside one transaction. What a caller must not do (an edge that the state machine has not, a row that is not there) throws as a bug. */
export const ledgerTransaction = (connection: Connection, reader: LedgerReader, now: () => number): LedgerTransaction => ({
  ...reader,
  insertVm: (row) => insert(connection, vmTable, row),
  updateVm: (id, patch) => {
    const before = reader.vm(id);
    if (before === null) throw new Error(`vms has no row ${id}`);
    if (patch.state !== undefined && patch.state !== before.state && !mayMove(before.state, patch.state)) {
      throw new Error(`VM ${id} may not move from ${before.state} to ${patch.state}`);
    }
    update(connection, vmTable, id, { updatedAt: now(), ...patch });
    return reader.vm(id)!;
  },
  insertOperation: (row) => insert(connection, operationTable, row),
  updateOperation: (id, patch) => update(connection, operationTable, id, patch),
  wipePayment: (id) => {
    connection.run("UPDATE operations SET plan = json_set(plan, '$.transaction.raw', '') WHERE id = ? AND kind = 'topup'", [id]);
  },
  insertSigned: (vm, { id, kind, bytes, signedAt }) => insert(connection, signedTable, { vm, id, kind, bytes, signedAt }),
  insertApproval: (row) => insert(connection, approvalTable, row),
  updateApproval: (id, patch) => update(connection, approvalTable, id, patch),
  putPolicy: (row) => put(connection, policyTable, row, ['account', 'network', 'version']),
  putAgent: (row) => put(connection, agentTable, row, ['name']),
  putHead: (row) => put(connection, headTable, row, ['account', 'network']),
  insertFreeze: (row) => {
    const seq = Number(connection.first('SELECT max(seq) AS seq FROM freezes')?.['seq'] ?? 0n) + 1;
    insert(connection, freezeTable, { seq, ...row });
    if (row.frozen) wipeSignaturesOf(connection, row.network);
    return seq;
  },
  useNonce: (nonce, approval, at) => {
    if (reader.isUsed(nonce)) return false;
    insert(connection, nonceTable, { nonce, approval, usedAt: at });
    return true;
  },
  putEnforcer: (row) => put(connection, enforcerTable, row, ['network', 'subject', 'kind']),
  insertExpenses: ({ account, network }, rows) => {
    for (const { ref, vm, credits, at } of rows) {
      insert(connection, expenseTable, { account, network, ref, vm, credits, at }, ' ON CONFLICT (account, network, ref) DO NOTHING');
    }
  },
  putHealth: (vm, run) => {
    insert(
      connection,
      healthTable,
      { vm, ...run },
      ' ON CONFLICT (vm, since) DO UPDATE SET until = excluded.until, answers = excluded.answers, onNode = excluded.onNode, probes = excluded.probes',
    );
    connection.run(
      'DELETE FROM health WHERE vm = ?1 AND since NOT IN (SELECT since FROM health WHERE vm = ?1 ORDER BY since DESC LIMIT ?2)',
      [vm, BigInt(runsKept)],
    );
  },
  recordEffect: (effect) => insert(connection, effectTable, link(connection, effect)),
  lease: (vm, holder, at, until) =>
    connection.run(
      `INSERT INTO leases (vm, holder, until) VALUES (?, ?, ?)
       ON CONFLICT (vm) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE holder = excluded.holder OR until <= ?`,
      [vm, holder, BigInt(Math.trunc(until)), BigInt(Math.trunc(at))],
    ) === 1,
  release: (vm, holder) => {
    connection.run('DELETE FROM leases WHERE vm = ? AND holder = ?', [vm, holder]);
  },
});
