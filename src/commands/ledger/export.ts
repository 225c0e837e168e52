import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { csv } from '../../contract/outputs/csv.ts';
import { toEffectOutput } from '../../contract/outputs/effect-output.ts';
import type { EffectRecord } from '../../domain/ledger/ledger-records.ts';
import { redactSignatures, signatureOf } from '../../domain/ledger/signed-text.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { usd } from '../../domain/money/money.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { type AuditTrail, auditTrail } from '../../lifecycle/trail/audit-trail.ts';

/** A row of the chain, whole: with the hashes one can check it without the ledger. */
const exported = (effect: EffectRecord, vm: VmRecord | null) => ({
  ...toEffectOutput(effect, vm),
  vm: effect.vm,
  network: effect.network,
  credits: effect.credits?.toString() ?? null,
  previousHash: effect.previousHash,
  hash: effect.hash,
});

const settlement = (vm: VmRecord) => ({
  id: vm.id,
  name: vm.name,
  network: vm.network,
  account: vm.account,
  task: vm.task,
  state: vm.state,
  createdAt: formatInstant(vm.signedAt),
  expiresAt: formatInstant(vm.expiresAt),
  terminatedAt: vm.terminatedAt === null ? null : formatInstant(vm.terminatedAt),
  creditsPerSecond: vm.rate,
  heldUsd: usd(vm.hold),
  billedUsd: usd(vm.billed),
  settled: vm.settled,
});

const plain = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);

const asLines = ({ effects, vms, messages }: AuditTrail, of: (effect: EffectRecord) => VmRecord | null): string =>
  [
    ...effects.map((effect) => ({ type: 'effect', ...exported(effect, of(effect)) })),
    ...vms.map((vm) => ({ type: 'vm', ...settlement(vm) })),
    ...messages.map(({ vm, message, signature }) => ({
      type: 'message',
      id: message.id,
      vm: vm.id,
      kind: message.kind,
      signedAt: formatInstant(message.signedAt),
      signature: signature ?? (signatureOf(message) === null ? 'wiped' : 'redacted'),
    })),
  ]
    .map((line) => `${JSON.stringify(line, plain)}\n`)
    .join('');

const columns = [
  'seq',
  'at',
  'network',
  'account',
  'task',
  'what',
  'vm',
  'name',
  'operation',
  'outcome',
  'usd',
  'credits',
  'billedUsd',
  'settled',
  'latencyMs',
  'previousHash',
  'hash',
] as const;

const asCsv = ({ effects }: AuditTrail, of: (effect: EffectRecord) => VmRecord | null): string =>
  csv(
    [...columns, 'facts'],
    effects.map((effect) => {
      const row = exported(effect, of(effect));
      return [...columns.map((column) => row[column]), JSON.stringify(row.facts, plain)];
    }),
  );

export default query({
  name: 'ledger export',
  summary: 'Export the audit trail of all networks as NDJSON or CSV',
  audience: 'owner',
  input: z.object({
    csv: z.boolean().default(false).describe('One table of the effects, for a spreadsheet'),
    out: z.string().min(1).optional().describe('FILE to write; stdout if omitted'),
  }),
  output: z.object({
    effects: z.int(),
    vms: z.int(),
    messages: z.int(),
    redacted: z.int().describe('Signatures that are not public yet'),
    file: z.string().nullable(),
    text: z.string().nullable().describe('The export; null with --out'),
  }),
  failures: [],
  examples: [
    { line: 'ledger export', why: 'a line for each effect, VM and message' },
    { line: 'ledger export --csv --out audit.csv', why: 'for a spreadsheet' },
  ],
  async run(context, input) {
    const trail = auditTrail(await context.ledger());
    const byId = new Map(trail.vms.map((vm) => [vm.id, vm]));
    const of = (effect: EffectRecord): VmRecord | null => byId.get(effect.vm ?? '') ?? null;
    const text = redactSignatures(input.csv ? asCsv(trail, of) : asLines(trail, of), trail.open);
    const file = input.out === undefined || input.out === '-' ? null : input.out;
    if (file !== null) await context.host.files.write(file, text);
    return {
      effects: trail.effects.length,
      vms: trail.vms.length,
      messages: trail.messages.length,
      redacted: trail.messages.filter(({ message, signature }) => signature === null && signatureOf(message) !== null).length,
      file,
      text: file === null ? text : null,
    };
  },
  text: ({ text, effects, vms, messages, redacted, file }) =>
    text ?? `${effects} effects, ${vms} VMs and ${messages} messages (${redacted} signatures redacted) are in ${file}.`,
  next: () => [hint('is the trail whole', 'ledger verify')],
});
