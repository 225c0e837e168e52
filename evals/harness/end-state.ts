import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApprovalRecord } from '../../src/domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import { brokenRecords } from '../../test/support/crash/crash-case.ts';
import type { Bill } from '../../test/support/devnet/devnet-process.ts';
import type { World } from './task.ts';

/** How a devnet and a home stand once the agent is gone. */
export interface EndState {
  /** Of the account, ended ones too; without those of an attempt after which another node was tried: a VM that was made is one, whatever its nodes did. */
  bills: Bill[];
  /** Item hashes of what is billed on. */
  live: string[];
  /** The ledger's rows, newest first. */
  rows: VmRecord[];
  approvals: ApprovalRecord[];
  /** Expiries that the account published, by item hash, ms. */
  published: ReadonlyMap<string, number>;
  /** Ports that the account asks its nodes to forward, by item hash. */
  forwards: ReadonlyMap<string, number[]>;
  /** What the agent wrote into `answer.json`; an empty record where that is none. */
  answer: Readonly<Record<string, unknown>>;
  /** A file of the agent's folder; null where it is not there. */
  file(name: string): string | null;
  /** What may never be, whatever the task: a bill without a row, a broken trail. */
  broken: string[];
}

export const endState = async ({ devnet, home, work }: World): Promise<EndState> => {
  const bills = await devnet.bills();
  const rows = home.ledger((ledger) => ledger.vms());
  const triedAgain = new Set(rows.filter((row) => rows.some((other) => isAfter(other, row))).map(({ id }) => id));
  const mine = bills.filter(({ owner, hash, endedAt }) => owner === home.address && !(endedAt !== null && triedAgain.has(hash)));
  const aggregates = await aggregatesOf(devnet.ccn, home.address);
  const file = (name: string): string | null => (existsSync(join(work, name)) ? readFileSync(join(work, name), 'utf8') : null);
  return {
    bills: mine,
    live: mine.filter(({ endedAt }) => endedAt === null).map(({ hash }) => hash),
    rows,
    approvals: home.ledger((ledger) => ledger.approvals({})),
    published: new Map(entries<{ expires?: string }>(aggregates['aleph-agent']).map(([id, { expires }]) => [id, Date.parse(`${expires}`)])),
    forwards: new Map(
      entries<{ ports?: object }>(aggregates['port-forwarding']).map(([id, { ports }]) => [id, Object.keys(ports ?? {}).map(Number)]),
    ),
    answer: record(file('answer.json')),
    file,
    broken: brokenRecords(home, bills),
  };
};

const isAfter = (other: VmRecord, { operation, attempt }: VmRecord): boolean => other.operation === operation && other.attempt > attempt;

const aggregatesOf = async (ccn: string, address: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`${ccn}/api/v0/aggregates/${address}.json?keys=aleph-agent,port-forwarding`);
  return response.ok ? ((await response.json()) as { data: Record<string, unknown> }).data : {};
};

/** Item hashes with what is said of them; a port-forwarding entry that was taken away is null. */
const entries = <Value>(content: unknown): [string, Value][] =>
  Object.entries((content ?? {}) as Record<string, Value | null>).filter((entry): entry is [string, Value] => entry[1] !== null);

const record = (text: string | null): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
