import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { setAnew } from '../../domain/judge/standing-checks.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import { human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { type Verified, verifyLedger } from '../../lifecycle/trail/verify-ledger.ts';
import type { ReadContext } from '../../ports/context.ts';

/** Said with every result, or its silence would be taken for more than it is. */
const blind = [
  'rows after the last published head that were changed or cut off: --head, kept elsewhere, shows it',
  'any edit by who also publishes a head with the key of the account',
  'edits of VMs and approvals that neither signed messages, trail nor network contradict: only the trail is chained',
  'what other machines did with the same key, beyond live VMs',
];

const broken = (found: Verified): string[] => [
  ...(found.firstBroken === null ? [] : [`Row ${found.firstBroken} does not follow from the one before: it was changed, moved or lost.`]),
  ...found.heads
    .filter(({ holds }) => !holds)
    .map(
      ({ by, seq, hash }) =>
        `The chain does not hold the row of ${by === 'keeper' ? 'head' : 'the published head'} ${seq}:${hash}: rows up to there were changed or lost.`,
    ),
  ...(found.damagedMessages.length === 0
    ? []
    : [`${found.damagedMessages.length} stored messages are not what was signed: ${found.damagedMessages.map(shortId).join(', ')}.`]),
  ...found.editedVms.map(({ id, name, says }) => `VM ${name} (${shortId(id)}): ${says}.`),
  ...(found.strayVms.length === 0
    ? []
    : [
        `${counted(found.strayVms.length, 'VM')} ${found.strayVms.length === 1 ? 'stands' : 'stand'} in the ledger or in its trail alone: ${found.strayVms.map(shortId).join(', ')}.`,
      ]),
  ...found.policy,
];

const publicWords = { this: 'no head yet', another: 'the head of another ledger', nobody: 'no head yet', unknown: 'unknown' } as const;

/** The chain is whole all the same: a clock that was ahead wrote such a row, or the clock is behind now. */
const warnAhead = ({ warn, clock }: Pick<ReadContext, 'warn' | 'clock'>, { seq, at }: { seq: number; at: number }): void =>
  warn(
    'CLOCK_UNTRUSTED',
    `Row ${seq} is dated ${formatInstant(at)}, and it is ${formatInstant(clock.now())} by this machine's clock: until then nothing is spent, and nothing ends by expiry. "${commandLine('doctor')}" says which of the two is wrong.`,
  );

export default query({
  name: 'ledger verify',
  summary: 'Check the audit trail: hash chain, stored messages, live VMs',
  audience: 'agent',
  input: z.object({
    head: z
      .string()
      .regex(/^\d{1,15}:[0-9a-f]{64}$/, 'SEQ:HASH, as an earlier verify gave it')
      .optional()
      .describe('A head kept elsewhere, SEQ:HASH'),
  }),
  output: z.object({
    intact: z.literal(true),
    rows: z.int(),
    head: z.string().nullable().describe('SEQ:HASH of the newest row; keep it elsewhere'),
    headAt: instant.nullable(),
    headHolds: z.boolean().nullable().describe('null: no --head was given'),
    publishedHead: z.string().nullable().describe('SEQ:HASH of this ledger that the account has made public'),
    publishedBy: z.enum(['this', 'another', 'nobody']).nullable().describe('Whose head is public; null: not compared'),
    liveInLedger: z.int(),
    liveOnNetwork: z.int().nullable().describe('null: not compared'),
    onlyInLedger: z.array(z.string()),
    onlyOnNetwork: z.array(z.string()),
    aheadOfClock: z
      .object({ row: z.int(), at: instant })
      .nullable()
      .describe('A row dated after now: until then nothing is spent, and nothing ends by expiry'),
    cannotFind: z.array(z.string()),
  }),
  brief: ['intact', 'rows', 'head', 'publishedBy', 'liveInLedger', 'liveOnNetwork', 'onlyInLedger', 'onlyOnNetwork'],
  failures: ['LEDGER_BROKEN'],
  examples: [{ line: 'ledger verify', why: 'is it what was written?' }],
  async run(context, input) {
    const [seq = '', hash = ''] = input.head?.split(':') ?? [];
    const found = await verifyLedger(context, input.head === undefined ? null : { seq: Number(seq), hash });
    const [first, ...others] = broken(found);
    if (first !== undefined) {
      const { firstBroken, rows } = found;
      throw new Failure('LEDGER_BROKEN', first, {
        fix: first === found.policy[0] ? setAnew : human('Compare it with a copy or an export, then `ledger reconcile` on a new one.'),
        checks: [first, ...others].map((message) => ({
          code: 'LEDGER_BROKEN',
          figure: String(firstBroken ?? rows),
          limit: String(rows),
          message,
        })),
        facts: { rows, firstBroken, damagedMessages: found.damagedMessages, strayVms: found.strayVms, editedVms: found.editedVms },
      });
    }
    if (found.ahead !== null) warnAhead(context, found.ahead);
    const published = found.heads.find(({ by }) => by === 'network');
    return {
      intact: true as const,
      rows: found.rows,
      head: found.head === null ? null : `${found.head.seq}:${found.head.hash}`,
      headAt: found.head === null ? null : formatInstant(found.head.at),
      headHolds: input.head === undefined ? null : true,
      publishedHead: published === undefined ? null : `${published.seq}:${published.hash}`,
      publishedBy: found.publishedBy,
      liveInLedger: found.live.ledger,
      liveOnNetwork: found.live.network,
      onlyInLedger: found.live.onlyInLedger.map(shortId),
      onlyOnNetwork: found.live.onlyOnNetwork.map(shortId),
      aheadOfClock: found.ahead === null ? null : { row: found.ahead.seq, at: formatInstant(found.ahead.at) },
      cannotFind: blind,
    };
  },
  text: (found, style) =>
    [
      style.good(`${found.rows} rows, the hash chain is whole.`),
      style.facts([
        ['head', found.head ?? 'none yet'],
        ['public', found.publishedHead ?? publicWords[found.publishedBy ?? 'unknown']],
        ['live VMs', `${found.liveInLedger} in the ledger, ${found.liveOnNetwork ?? 'unknown'} on the network`],
        ...(found.onlyInLedger.length === 0 ? [] : [['only in the ledger', found.onlyInLedger.join(', ')] as const]),
        ...(found.onlyOnNetwork.length === 0 ? [] : [['only on the network', found.onlyOnNetwork.join(', ')] as const]),
      ]),
      `It cannot find:\n${found.cannotFind.map((what) => `- ${what}`).join('\n')}`,
    ].join('\n'),
  next: ({ onlyInLedger, onlyOnNetwork, publishedBy }) => [
    ...(onlyInLedger.length + onlyOnNetwork.length === 0 ? [] : [hint('bring both to agree', 'gc', { execute: true })]),
    ...(publishedBy === 'another' ? [hint('a person lets this ledger spend', 'ledger take-over')] : []),
  ],
});
