import { factsOf } from '../../../domain/ledger/effect-facts.ts';
import { liveStates } from '../../../domain/ledger/vm-record.ts';
import type { LedgerReader } from '../../../ports/ledger.ts';
import type { Connection, SqlValue } from '../connection.ts';
import { firstBrokenLink } from '../effect-chain.ts';
import { type SelectOptions, select } from '../select.ts';
import { selectBrief } from '../select-brief.ts';
import type { Table } from '../table.ts';
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
} from '../tables.ts';
import { sumOfTrail } from '../trail-mark.ts';
import { walkAhead } from '../walk-ahead.ts';

type Balances = ReturnType<LedgerReader['balancesSeen']>;

/** How long a request id is remembered (conventions.md §5.1). */
const requestIdMs = 30 * 86_400_000;

/** What runs, what may come alive, what is gone: as the index vmsByName has it, so that one row is read. */
const runningFirst = "CASE state WHEN 'terminated' THEN 2 WHEN 'dormant' THEN 1 ELSE 0 END";

const lives = `state IN (${liveStates.map((state) => `'${state}'`).join(', ')})`;

/** A row whose end nobody dated has just ended. */
const endedAt = "CASE state WHEN 'terminated' THEN coalesce(terminatedAt, 9e15) END";

const costColumns = [
  ...(['id', 'payer', 'agent', 'task', 'operation', 'attempt', 'state', 'ttlSeconds', 'signedAt', 'expiresAt', 'terminatedAt'] as const),
  ...(['rate', 'hold', 'ending', 'settled', 'billed'] as const),
];

const courseColumns = ['id', 'kind', 'agent', 'task', 'state', 'startedAt', 'endedAt', 'breaker'] as const;

/** Only times of this machine's own clock: what the network dates (expenses, adopted VMs) proves nothing about it. */
const newestRow = `SELECT max(at) AS at FROM (
  SELECT max(at) AS at FROM effects WHERE network = ?1 UNION ALL SELECT max(updatedAt) FROM vms WHERE network = ?1
  UNION ALL SELECT max(startedAt) FROM operations WHERE network = ?1 UNION ALL SELECT max(requestedAt) FROM approvals WHERE network = ?1
  UNION ALL SELECT max(setAt) FROM policies WHERE network = ?1 UNION ALL SELECT max(at) FROM freezes WHERE network = ?1)`;

/** The points at which the trail notes a balance. */
const balancesSeen = `SELECT min(credits) AS least, max(credits) AS greatest FROM (
  SELECT CAST(json_extract(facts, '$.balance') AS INTEGER) AS credits FROM effects
  WHERE point IN ('create.hold', 'extend.hold', 'policy.set') AND account = ?1 AND at >= ?3
    AND seq > ?4 AND coalesce(json_extract(facts, '$.payer'), account) = ?2)`;

const rootPolicySeen = `SELECT min(seq) AS row FROM effects
  WHERE point IN ('create.hold', 'extend.hold', 'policy.set') AND seq > ? AND json_extract(facts, '$.rootPolicy') = 1`;

/** The reading half, over whatever `connection()` gives: the file, an empty stand-in where there is none, or a transaction's own view. */
export const ledgerReader = (connection: () => Connection, now: () => number, walker?: string): LedgerReader => {
  const one = <Row extends object>(table: Table<Row>, id: string): Row | null =>
    select(connection(), table, { id } as never, { order: '1' })[0] ?? null;
  const many = <Row extends object>(table: Table<Row>, wanted: object, options: SelectOptions): Row[] =>
    select(connection(), table, wanted as never, options);
  const message = ({
    id,
    kind,
    bytes,
    signedAt,
  }: {
    id: string;
    kind: 'INSTANCE' | 'FORGET' | 'AGGREGATE' | 'POST';
    bytes: string;
    signedAt: number;
  }) => ({
    id,
    kind,
    bytes,
    signedAt,
  });
  return {
    vms: ({ states, idPrefix, unsettled, changedSince, endedSince, newest, network, ...wanted } = {}) => {
      const and: { sql: string; values: SqlValue[] }[] = [
        // `g` comes after every hex digit
        ...(idPrefix === undefined ? [] : [{ sql: 'id >= ? AND id < ?', values: [idPrefix, `${idPrefix}g`] }]),
        ...(unsettled === true ? [{ sql: 'settled = 0', values: [] }] : []),
        ...(endedSince === undefined ? [] : [{ sql: `(${endedAt} >= ? OR ${lives})`, values: [BigInt(Math.trunc(endedSince))] }]),
        ...(changedSince === undefined ? [] : [{ sql: '+updatedAt >= ?', values: [BigInt(Math.trunc(changedSince))] }]),
      ];
      const order = newest === undefined ? 'signedAt, rowid' : 'signedAt DESC, rowid DESC';
      // without a search by network SQLite goes through the index by signing, and stops where there are enough
      if (newest !== undefined && network !== undefined) and.push({ sql: '+network = ?', values: [network] });
      const rows = many(vmTable, { ...wanted, state: states, ...(newest === undefined ? { network } : {}) }, { order, and, limit: newest });
      return newest === undefined ? rows : rows.reverse();
    },
    costs: (scope) => ({
      vms: selectBrief(connection(), vmTable, costColumns, scope, 'signedAt, rowid'),
      operations: selectBrief(connection(), operationTable, courseColumns, scope, 'startedAt, rowid'),
    }),
    payers: ({ account, network }) =>
      connection()
        .all('SELECT DISTINCT payer FROM vms WHERE account = ? AND network = ?', [account, network])
        .map(({ payer }) => String(payer)),
    vmNamed: (wanted) => many(vmTable, wanted, { order: `${runningFirst}, signedAt DESC, rowid DESC`, limit: 1 })[0] ?? null,
    vm: (id) => one(vmTable, id),
    operation: (id) => one(operationTable, id),
    operationByRequest: ({ command, ...scope }) =>
      many(
        operationTable,
        { ...scope, kind: command.split(' ').at(-1) },
        {
          order: 'startedAt DESC, rowid DESC',
          and: { sql: 'startedAt > ?', values: [BigInt(Math.trunc(now() - requestIdMs))] },
          limit: 1,
        },
      )[0] ?? null,
    operations: (filter = {}) => many(operationTable, filter, { order: 'startedAt, rowid' }),
    approval: (id) => one(approvalTable, id),
    approvals: (filter = {}) => many(approvalTable, filter, { order: 'requestedAt, rowid' }),
    policy: ({ account }) => many(policyTable, { account }, { order: 'version DESC, setAt DESC', limit: 1 })[0] ?? null,
    head: ({ account }) => many(headTable, { account }, { order: 'at DESC', limit: 1 })[0] ?? null,
    balancesSeen: ({ account, payer, since }) => {
      const from = Math.trunc(since);
      return sumOfTrail<Balances>(connection(), `balances ${account} ${payer} ${from}`, (after, before) => {
        const seen = connection().first(balancesSeen, [account, payer, BigInt(from), after]);
        const [least, greatest] = [seen?.['least'], seen?.['greatest']];
        if (typeof least !== 'bigint' || typeof greatest !== 'bigint') return before;
        if (before === null) return { least, greatest };
        return { least: least < before.least ? least : before.least, greatest: greatest > before.greatest ? greatest : before.greatest };
      });
    },
    rootPolicySeen: () =>
      sumOfTrail<number | null>(connection(), 'rootPolicy', (after, before) => {
        const row = before === null ? connection().first(rootPolicySeen, [after])?.['row'] : before;
        return row === null || row === undefined ? null : Number(row);
      }),
    networkOf: (account) => {
      const network = connection().first('SELECT network FROM effects WHERE account = ? ORDER BY seq LIMIT 1', [account])?.['network'];
      return typeof network === 'string' ? network : null;
    },
    signed: (id) => {
      const found = one(signedTable, id);
      return found === null ? null : message(found);
    },
    signedFor: (vm) => many(signedTable, { vm }, { order: 'signedAt, rowid' }).map(message),
    effects: ({ limit, before, since, ...wanted } = {}) =>
      many(effectTable, wanted, {
        order: 'seq DESC',
        limit,
        and: { sql: 'seq < ? AND at >= ?', values: [BigInt(before ?? Number.MAX_SAFE_INTEGER), BigInt(Math.floor(since ?? 0))] },
      }),
    agent: (name) => many(agentTable, { name }, { order: '1', limit: 1 })[0] ?? null,
    agents: (filter = {}) => many(agentTable, filter, { order: 'addedAt, name' }),
    freezes: (network) => many(freezeTable, { network }, { order: 'seq' }),
    takes: (envelope) =>
      many(effectTable, { point: 'approval.use' }, { order: 'seq' }).flatMap((effect) => {
        const facts = factsOf('approval.use', effect);
        return facts.approval === envelope && 'taken' in facts && facts.taken !== undefined ? [BigInt(facts.taken)] : [];
      }),
    isUsed: (nonce) => many(nonceTable, { nonce }, { order: '1', limit: 1 }).length > 0,
    expenses: ({ since, ...wanted }) =>
      many(expenseTable, wanted, {
        order: 'at, ref',
        and: since === undefined ? undefined : { sql: 'at >= ?', values: [BigInt(Math.trunc(since))] },
      }).map(({ vm, credits, at, ref }) => ({ vm, credits, at, ref })),
    health: (vm) =>
      many(healthTable, { vm }, { order: 'since DESC' }).map(({ since, until, answers, onNode, probes }) => ({
        since,
        until,
        answers,
        onNode,
        probes,
      })),
    enforcers: (filter) => many(enforcerTable, filter, { order: 'subject, kind' }),
    newestAt: (network) => {
      const at = connection().first(newestRow, [network])?.['at'];
      return at === null || at === undefined ? null : Number(at);
    },
    firstBrokenLink: () => firstBrokenLink(connection()),
    walkAhead: () => walkAhead(connection(), walker),
  };
};
