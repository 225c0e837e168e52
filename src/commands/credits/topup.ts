import { renderUnicodeCompact } from 'uqr';
import * as z from 'zod';
import { change } from '../../contract/declare/command.ts';
import { hint } from '../../contract/declare/hint.ts';
import { duration, money, usdAmount } from '../../contract/fields/fields.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { fixedUsd, parseUsd, usd } from '../../domain/money/money.ts';
import { lossWords } from '../../domain/plan/kinds/abandon-top-up.ts';
import { makeFreePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan } from '../../domain/plan/plan.ts';
import { creditConsole } from '../../domain/topup/credit-chain.ts';
import { parseAmount, tokens } from '../../domain/topup/token.ts';
import { refuseWithPayer } from '../../lifecycle/operation/payer-of.ts';
import { type AbandonPlan, abandonTopUp, planAbandonment } from '../../lifecycle/topup/abandon-top-up.ts';
import { backupNote } from '../../lifecycle/topup/backup-note.ts';
import { awaitCredits, type Missing, missingCredits } from '../../lifecycle/topup/missing-credits.ts';
import { planReplacement, planResumption, planTopUp, type TopUpPlan } from '../../lifecycle/topup/plan-top-up.ts';
import { topUp } from '../../lifecycle/topup/top-up.ts';
import type { ReadContext } from '../../ports/context.ts';

const input = z.object({
  usd: usdAmount.optional().describe('USD of credits to buy, bonus included'),
  amount: z.string().optional().describe('Instead: how many tokens to pay, like 5 or 0.5'),
  token: z.enum(tokens).default('usdc').describe('Token to pay with'),
  rpc: z
    .array(z.string())
    .default([])
    .describe('URL of an Ethereum node; with two, both must show the receipt. Only its host is stored and shown'),
  maxFee: z.string().default('0.005').describe('Highest fee you accept, in ETH'),
  resume: z.boolean().default(false).describe('Continue an interrupted top-up; pays nothing else'),
  replace: z.boolean().default(false).describe('Pay a stuck top-up with a higher fee, in its place'),
  abandon: z
    .string()
    .optional()
    .meta({ unit: 'OPERATION' })
    .describe('Give up this top-up: it can never be paid, or its credits never came'),
  show: z.boolean().default(false).describe('Pay nothing: show address, QR code and missing sum'),
  wait: z.boolean().default(false).describe('With --show: wait until the sum arrives'),
  cu: z.int().min(1).max(12).default(1).meta({ setting: 'size' }).describe('With --show: the VM to pay for'),
  ttl: duration.prefault('4h').meta({ setting: 'ttl' }).describe('With --show: how long it lives'),
});

type Input = z.output<typeof input>;

export default change({
  name: 'credits topup',
  summary: 'Buy credits with tokens, or show where to send some',
  audience: 'owner',
  safety: 'spend',
  input,
  positionals: ['usd'],
  output: z.object({
    account: z.string(),
    operation: z.string().nullable(),
    transaction: z.string().nullable().describe('Its hash on the EVM chain'),
    post: z.string().nullable().describe('Hash of the message that credited it'),
    creditedUsd: money.nullable().describe('null where nothing was waited for'),
    missingUsd: money.nullable().describe('Of --show'),
    purpose: z.string().nullable().describe('What the missing sum is for'),
    console: z.string().nullable().describe('Of --show: where credits are bought for the address'),
    lost: z.string().nullable().describe('Of --abandon: why it is over, and what is known of its tokens'),
  }),
  failures: [
    'APPROVAL_NEEDED',
    'CHAIN_UNFIT',
    'FEE_TOO_HIGH',
    'TOKENS_SHORT',
    'RPC_UNAVAILABLE',
    'PRICE_UNREADABLE',
    'PRICE_MOVED',
    'PLAN_MOVED',
    'POSSIBLE_DUPLICATE',
    'OPERATION_NOT_FOUND',
    'TOPUP_FAILED',
    'STILL_WAITING',
    'BALANCE_UNREADABLE',
    'HEAD_UNPUBLISHED',
    'LEDGER_OTHER',
    'LEDGER_ROLLED_BACK',
    'LEDGER_BROKEN',
    'POLICY_UNSEALED',
    'CLOCK_UNTRUSTED',
    'ENVIRONMENT_UNTRUSTED',
    'WRONG_ACCOUNT',
    'KEY_LOCKED',
  ],
  examples: [{ line: 'credits topup --show --cu 1 --ttl 1h', why: 'what is missing for this VM, and where to send it' }],
  async plan(context, given, digest): Promise<TopUpPlan | AbandonPlan | FreePlan<Missing>> {
    refuseWithPayer(context, 'credits topup');
    requireOneWay(given);
    if (given.show) return shown(context, given);
    if (given.abandon !== undefined) return planAbandonment(context, { operation: given.abandon, rpcs: given.rpc }, digest);
    if (given.resume) return planResumption(context, given.rpc);
    const wish = { maxFeeWei: parseAmount(given.maxFee, 'eth'), rpcs: given.rpc, token: given.token };
    if (given.replace) return planReplacement(context, wish, digest);
    return planTopUp(context, { ...wish, sum: sumOf(given) }, digest);
  },
  async apply(context, plan: TopUpPlan | AbandonPlan | FreePlan<Missing>, { wait, rpc }) {
    const nothing = {
      operation: null,
      transaction: null,
      post: null,
      creditedUsd: null,
      missingUsd: null,
      purpose: null,
      console: null,
      lost: null,
    };
    if (isPayment(plan)) {
      const { credits, ...credited } = await topUp(context, plan, rpc);
      return { ...nothing, account: plan.subject.account, ...credited, creditedUsd: usd(credits) };
    }
    if (isAbandonment(plan)) {
      const gone = await abandonTopUp(context, plan, rpc);
      return { ...nothing, account: gone.account, operation: gone.operation, transaction: gone.by, lost: lossWords(gone) };
    }
    const { account, held, missing, purpose } = plan.subject;
    for (const note of await backupNote(context, account)) context.warn('KEY_NO_BACKUP', note);
    const arrived = wait ? (await awaitCredits(context, plan.subject)) - held : null;
    return {
      ...nothing,
      account,
      missingUsd: fixedUsd(arrived === null ? missing : 0n, 2),
      purpose,
      console: creditConsole,
      creditedUsd: arrived === null ? null : usd(arrived),
    };
  },
  text: ({ account, operation, creditedUsd, missingUsd, purpose, console: page, transaction, lost }, style) => {
    if (lost !== null) return `Gave up the top-up ${operation}: ${lost}.`;
    if (creditedUsd !== null && transaction !== null) return `${creditedUsd} USD of credits came to ${account}. Two CCN hosts show it.`;
    if (creditedUsd !== null) return `${creditedUsd} USD of credits arrived at ${account}.`;
    const enough = Number(missingUsd) === 0;
    const sum = enough
      ? `it holds enough${purpose === null ? '' : ` for ${purpose}`}`
      : `${missingUsd} USD more${purpose === null ? '' : ` for ${purpose}`}`;
    return [
      `Send credits to ${style.bold(account)}: ${sum}.`,
      '',
      renderUnicodeCompact(account, { border: 2 }),
      '',
      `Buy credits for this address: ${page}. Tokens sent to the address itself become no credits.`,
    ].join('\n');
  },
  next: ({ creditedUsd, missingUsd }) =>
    creditedUsd === null && Number(missingUsd) > 0 && missingUsd !== null
      ? [hint('until it is there', 'credits topup', missingUsd, { show: true, wait: true })]
      : [hint('what the account holds now', 'credits balance')],
});

const isPayment = (plan: TopUpPlan | AbandonPlan | FreePlan<Missing>): plan is TopUpPlan =>
  plan.action === 'credits topup' && 'token' in plan.subject;

const isAbandonment = (plan: AbandonPlan | FreePlan<Missing>): plan is AbandonPlan => 'how' in plan.subject;

const requireOneWay = ({ usd: sum, amount, resume, replace, abandon, show, wait }: Input): void => {
  const ways = [resume && '--resume', replace && '--replace', abandon !== undefined && '--abandon', show && '--show'].filter(
    (way) => way !== false,
  );
  const sums = [sum !== undefined && 'USD', amount !== undefined && '--amount'].filter((way) => way !== false);
  if (ways.length > 1) throw new Failure('USAGE', `Give one of ${ways.join(' and ')}.`);
  if (sums.length > 1) throw new Failure('USAGE', 'Give either USD of credits or an --amount of tokens, not both.');
  if (wait && !show) throw new Failure('USAGE', '--wait belongs to --show: a top-up waits by itself.');
  if (amount !== undefined && ways.length > 0) throw new Failure('USAGE', `${ways[0]} takes no --amount.`);
  if (sum !== undefined && ways.length > 0 && !show) throw new Failure('USAGE', `${ways[0]} takes no sum: it pays what was approved.`);
  if (ways.length === 0 && sums.length === 0) {
    throw new Failure('INPUT_MISSING', 'A sum is missing: give USD of credits, or --amount of tokens; or --show, to pay nothing here.');
  }
};

const sumOf = ({ usd: sum, amount, token }: Input): { credits: bigint } | { units: bigint } => {
  if (amount !== undefined) return { units: parseAmount(amount, token) };
  const credits = parseUsd(sum ?? '0');
  if (credits === 0n) throw new Failure('USAGE', '"0" buys nothing: give USD of credits, like 5.');
  return { credits };
};

const shown = async (context: ReadContext, { usd: sum, cu, ttl }: Input): Promise<FreePlan<Missing>> => {
  const subject = await missingCredits(context, { sum, computeUnits: cu, ttlSeconds: ttl });
  return makeFreePlan(context.clock.now(), {
    action: 'credits topup --show',
    terms: { network: context.network, action: 'credits topup --show', account: subject.account },
    subject,
    summary: `Show where credits for ${subject.account} are bought.`,
    changesNothing: true,
  });
};
