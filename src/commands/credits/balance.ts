import * as z from 'zod';
import { query } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { instant, money } from '../../contract/fields/fields.ts';
import { momentText } from '../../contract/outputs/moment-text.ts';
import { otherPayer } from '../../domain/ledger/vm-record.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { accountStanding } from '../../lifecycle/account/account-standing.ts';
import { payerOf } from '../../lifecycle/operation/payer-of.ts';

/** Below it the network is near to removing VMs (protocol-ccn.md §5.8). */
const shortSeconds = 48 * 3600;
const yearSeconds = 300 * 86_400;

export default query({
  name: 'credits balance',
  summary: 'Show what the account holds, burns and can spend',
  audience: 'agent',
  input: z.object({}),
  output: z.object({
    account: z.string(),
    payer: z.string().optional().describe('Whose credits these are, where that is not the account'),
    usd: money,
    credits: z.string().describe('Integer; 1,000,000 are 1 USD'),
    spendableUsd: money.describe(
      'Most that new VMs can cost, after reserve, guard and what is committed; each also needs 24 h of its burn',
    ),
    usdPerHour: money.describe('Burn of everything live, files included'),
    reserveUsd: money.describe('24 h of that burn: the network removes VMs below it'),
    committedUsd: money.describe('Not billed yet: use up to now, and VMs until their expiry'),
    guardUsd: money.describe('Always stays, by policy'),
    todayLeftUsd: money.describe('Of the limit for this UTC day; live VMs count until their expiry'),
    totalLeftUsd: money.describe('Until a person authorises again'),
    tasks: z.array(z.object({ task: z.string(), budgetUsd: money, leftUsd: money })).describe('Tasks that have a budget'),
    runwaySeconds: z.int().nullable(),
    creditsEndAt: instant.nullable(),
    lots: z.array(z.object({ usd: money, credits: z.string(), expiresAt: instant.nullable() })),
  }),
  brief: [
    'account',
    'payer',
    'usd',
    'spendableUsd',
    'usdPerHour',
    'reserveUsd',
    'todayLeftUsd',
    'totalLeftUsd',
    'tasks',
    'runwaySeconds',
    'creditsEndAt',
  ],
  failures: ['KEY_MISSING', 'BALANCE_UNREADABLE', 'GRANT_MISSING', 'GRANTS_UNREADABLE'],
  examples: [{ line: 'credits balance', why: 'before anything is planned' }],
  async run(context) {
    const { address } = context.keys.current(context.network);
    const parties = { account: address, payer: await payerOf(context, address) };
    const standing = await accountStanding(context, parties);
    const now = context.clock.now();
    const { runwaySeconds: runway, balance, remaining } = standing;
    const endAt = runway === null ? null : formatInstant(now + runway * 1000);
    if (runway !== null && runway < shortSeconds) {
      context.warn('RUNWAY_SHORT', `Credits last ${formatDuration(runway - (runway % 60))}: below 24 h of burn the network removes VMs.`);
    }
    return {
      account: address,
      ...otherPayer(parties),
      usd: usd(balance.credits),
      credits: balance.credits.toString(),
      spendableUsd: usd(standing.spendable),
      usdPerHour: usdPerHour(standing.perSecond),
      reserveUsd: usd(standing.reserve),
      committedUsd: usd(standing.committed),
      guardUsd: usd(standing.guard),
      todayLeftUsd: usd(remaining.today.left),
      totalLeftUsd: usd(remaining.total.left),
      tasks: remaining.tasks.map(({ task, limit, left }) => ({ task, budgetUsd: usd(limit), leftUsd: usd(left) })),
      runwaySeconds: runway,
      creditsEndAt: endAt,
      lots: balance.lots.map((lot) => ({
        usd: usd(lot.credits),
        credits: lot.credits.toString(),
        expiresAt: lot.expiresAt === null ? null : formatInstant(lot.expiresAt),
      })),
    };
  },
  text: (balance, style) =>
    [
      style.facts([
        ['account', balance.account],
        ...(balance.payer === undefined ? [] : [['paid by', balance.payer] as const]),
        ['balance', `${balance.usd} USD (${balance.credits} credits)`],
        ['spendable', `${balance.spendableUsd} USD`],
        ['  24 h reserve', `${balance.reserveUsd} USD stay`],
        ['  balance guard', `${balance.guardUsd} USD stay`],
        ['  committed', `${balance.committedUsd} USD not billed yet`],
        ['left today', `${balance.todayLeftUsd} USD by policy`],
        ['left in total', `${balance.totalLeftUsd} USD until it is authorised again`],
        ...balance.tasks.map(({ task, leftUsd, budgetUsd }) => [`  task ${task}`, `${leftUsd} of ${budgetUsd} USD`] as const),
        ['burn', `${balance.usdPerHour} USD/h`],
        [
          'credits end',
          balance.creditsEndAt === null
            ? Number(balance.usdPerHour) === 0
              ? 'unlimited (no VM is running)'
              : 'not known here'
            : momentText(balance.creditsEndAt, (balance.runwaySeconds ?? 0) > yearSeconds),
        ],
      ]),
      style.table(
        ['LOT', 'EXPIRES'],
        balance.lots.some(({ expiresAt }) => expiresAt !== null)
          ? balance.lots.map((lot) => [`${lot.usd} USD`, lot.expiresAt === null ? 'never' : momentText(lot.expiresAt, true)])
          : [],
      ),
    ]
      .filter((part) => part !== '')
      .join('\n'),
  next: ({ credits, account, payer }) =>
    credits === '0'
      ? [
          payer === null
            ? hint(`send credits to ${account}`, 'credits topup', { show: true })
            : hint(`send credits to ${payer}`, 'keys show'),
        ]
      : [hint('what a VM costs', 'vm create', { dryRun: true }), hint('where credits went', 'credits history')],
});
