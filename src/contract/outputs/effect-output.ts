import * as z from 'zod';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { Style } from '../declare/style.ts';
import { instant, money } from '../fields/fields.ts';
import { type Column, tableOf } from './columns.ts';

/** One row of the audit trail as commands show it: who, what, cost, latency, outcome. */
export const effectOutput = z.object({
  seq: z.int(),
  at: instant,
  account: z.string(),
  task: z.string().nullable(),
  what: z.string(),
  vm: z.string().nullable(),
  name: z.string().nullable(),
  operation: z.string().nullable(),
  outcome: z.string(),
  usd: money.nullable().describe('Held or billed by this effect'),
  billedUsd: money.nullable().describe('Where a hold was taken: what the network has billed of it'),
  settled: z.boolean().nullable().describe('That is final'),
  latencyMs: z.int().nullable(),
  facts: z.record(z.string(), z.unknown()),
});

export type EffectOutput = z.output<typeof effectOutput>;

/** The effect points at which a VM enters the ledger; the hold of such a row is the VM's estimated cost. */
const opening: ReadonlySet<string> = new Set(['create.hold', 'create.failover', 'reconcile.adopt']);

/** A row of the audit trail as output. `vm`: the VM that the row is about; null where it is about none. */
export const toEffectOutput = (effect: EffectRecord, vm: VmRecord | null): EffectOutput => {
  const opened = vm !== null && opening.has(effect.point) ? vm : null;
  return {
    seq: effect.seq,
    at: formatInstant(effect.at),
    account: effect.account,
    task: effect.task,
    what: effect.point,
    vm: effect.vm === null ? null : shortId(effect.vm),
    name: vm?.name ?? null,
    operation: effect.operation,
    outcome: effect.outcome,
    usd: effect.credits === null ? null : usd(effect.credits),
    billedUsd: opened === null ? null : usd(opened.billed),
    settled: opened?.settled ?? null,
    latencyMs: effect.latencyMs === null ? null : Math.round(effect.latencyMs),
    facts: { ...effect.facts },
  };
};

const vmOf = ({ name, vm }: EffectOutput): string => name ?? vm ?? '';

const narrowColumns: readonly Column<EffectOutput>[] = [
  ['AT', ({ at }) => at.slice(5, 16).replace('T', ' ')],
  ['WHAT', 'what'],
  ['VM', vmOf],
  ['OUTCOME', 'outcome'],
  ['USD', 'usd'],
  ['MS', 'latencyMs'],
];

const wideColumns: readonly Column<EffectOutput>[] = [
  ['#', 'seq'],
  ['AT', 'at'],
  ['TASK', 'task'],
  ['WHAT', 'what'],
  ['VM', vmOf],
  ['OUTCOME', 'outcome'],
  ['USD', 'usd'],
  ['BILLED', ({ billedUsd, settled }) => (billedUsd === null ? '' : `${billedUsd}${settled ? '' : ' so far'}`)],
  ['MS', 'latencyMs'],
];

/** The audit trail as a table for people. A narrow terminal leaves out number, task and billed credits, which `--full` shows. */
export const effectTable = (effects: readonly EffectOutput[], style: Style): string =>
  tableOf(style.width > 0 && style.width < 120 ? narrowColumns : wideColumns, effects, style, ['MS', 'VM']);
