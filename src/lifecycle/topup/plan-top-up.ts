import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import { usd } from '../../domain/money/money.ts';
import type { TopUpSubject } from '../../domain/plan/kinds/top-up.ts';
import { creditsTopup } from '../../domain/plan/kinds/top-up.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import { topUpOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { toldUrl } from '../../domain/text/told-url.ts';
import { amountOf, creditsFor, formatAmount, type Token, tokenFacts, unitsFor } from '../../domain/topup/token.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { EvmNode } from '../../ports/evm/evm.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { policyChecks } from '../trail/policy-checks.ts';
import { backupNote } from './backup-note.ts';
import { checkPayment, failingOf } from './check-payment.ts';
import { feePrice, nodesAgain, saleChain, saleNodes, tokenPrices } from './credit-sale.ts';
import { paymentOf } from './payment-of.ts';
import { requireUntouched } from './require-untouched.ts';
import { isPaidFor, topUpsHere } from './top-ups-here.ts';

const gwei = 10n ** 9n;

/** Rounded up to a gwei: nobody reads more digits. */
const feeText = (wei: bigint): string => formatAmount((wei + gwei - 1n) / gwei, 9);

export interface TopUpWish {
  token: Token;
  /** Credits that are to come, or tokens that are to go, in smallest units. */
  sum: { credits: bigint } | { units: bigint };
  maxFeeWei: bigint;
  rpcs: readonly string[];
}

export type TopUpPlan = Plan<'credits topup'>;

/**
 * Plans to buy credits with tokens of the account's own address. Always needs a person, or the approver where there is one. Goes on with what
 * an earlier call of the same began.
 */
export const planTopUp = async (context: ReadContext, wish: TopUpWish, argumentsDigest: string): Promise<TopUpPlan> => {
  const { address: account } = context.keys.current(context.network);
  requireOwnRoots(context, await readPolicy(context, account));
  const ledger = await context.ledger();
  const open = await openTopUps(context, account);
  const same = open.find((operation) => operation.argumentsDigest === argumentsDigest);
  if (same !== undefined) return goingOn(context, same, wish.rpcs);
  const [unpaid] = open.filter((operation) => !isPaidFor(ledger, context, operation));
  if (unpaid !== undefined) throw underWay(unpaid);
  const evm = await context.evm();
  const [chain, nodes] = [saleChain(context, evm), saleNodes(evm, wish.rpcs)];
  const [[priceUsd, highPriceUsd], ethPriceUsd] = await Promise.all([tokenPrices(evm, wish.token), feePrice(evm)]);
  const units = 'units' in wish.sum ? wish.sum.units : unitsFor(wish.sum.credits, wish.token, priceUsd);
  return planned(context, nodes, {
    account,
    chainId: chain.chainId,
    ...(context.networkId === null ? {} : { networkId: context.networkId }),
    token: wish.token,
    units: String(units),
    priceUsd,
    highPriceUsd,
    ethPriceUsd,
    contract: chain.contract,
    tokenAddress: wish.token === 'eth' ? null : chain.tokens[wish.token],
    maxFeeWei: String(wish.maxFeeWei),
    rpcs: nodes.map(({ url }) => toldUrl(url)),
    argumentsDigest,
    replaces: null,
    goOn: null,
  });
};

/** Plans the same payment at a higher fee, in the place of one that waits to be mined. Needs an approval of its own. */
export const planReplacement = async (
  context: ReadContext,
  { maxFeeWei, rpcs }: Pick<TopUpWish, 'maxFeeWei' | 'rpcs'>,
  argumentsDigest: string,
): Promise<TopUpPlan> => {
  const { address: account } = context.keys.current(context.network);
  const [open] = await openTopUps(context, account);
  if (open === undefined) throw noneOpen(account);
  requireOwnRoots(context, await readPolicy(context, account));
  if (open.argumentsDigest === argumentsDigest) return goingOn(context, open, rpcs);
  await requireUntouched(context, open);
  const { subject } = topUpOf(open);
  const evm = await context.evm();
  const nodes = nodesAgain(evm, rpcs, subject.rpcs);
  const [[priceUsd, highPriceUsd], ethPriceUsd] = await Promise.all([tokenPrices(evm, subject.token), feePrice(evm)]);
  return planned(context, nodes, {
    ...subject,
    priceUsd,
    highPriceUsd,
    ethPriceUsd,
    maxFeeWei: String(maxFeeWei),
    rpcs: nodes.map(({ url }) => toldUrl(url)),
    argumentsDigest,
    replaces: open.id,
    goOn: null,
  });
};

/** Plans to go on with the top-up that is under way: pays nothing else and asks nobody. `OPERATION_NOT_FOUND` where there is none. */
export const planResumption = async (context: ReadContext, rpcs: readonly string[]): Promise<TopUpPlan> => {
  const { address: account } = context.keys.current(context.network);
  const [open] = await openTopUps(context, account);
  if (open === undefined) throw noneOpen(account);
  return goingOn(context, open, rpcs);
};

/**
 * The account's top-ups that are neither credited nor proven unpaid: first those that wait to be paid, of which at most one ever is, the
 * newest first; then those that only wait for their credits.
 */
export const openTopUps = async (context: ReadContext, account: string): Promise<OperationRecord[]> => {
  const ledger = await context.ledger();
  const open = topUpsHere(ledger, context, { account, state: 'running' }).reverse();
  const isPaid = (operation: OperationRecord): boolean => isPaidFor(ledger, context, operation);
  return [...open.filter((operation) => !isPaid(operation)), ...open.filter(isPaid)];
};

/** The transaction that this one takes the place of, as it was signed. */
export const replacedBy = async (context: ReadContext, { replaces }: TopUpSubject) => {
  const row = replaces === null ? null : (await context.ledger()).operation(replaces);
  if (row === null) return null;
  await requireUntouched(context, row);
  return topUpOf(row).transaction;
};

const planned = async (context: ReadContext, nodes: readonly EvmNode[], subject: TopUpSubject): Promise<TopUpPlan> => {
  const { token, account, priceUsd } = subject;
  const units = BigInt(subject.units);
  const [relied, { checks, feeWei }, noBackup] = await Promise.all([
    policyChecks(context, account),
    checkPayment(nodes, paymentOf(subject), { token, maxFeeWei: BigInt(subject.maxFeeWei), replaces: await replacedBy(context, subject) }),
    backupNote(context, account),
  ]);
  const credits = creditsFor(units, token, priceUsd);
  const asking: JudgedCheck = {
    code: 'APPROVAL_NEEDED',
    figure: creditsTopup.mostUsd({ subject, summary: '', cost: null }),
    limit: '0',
    message: `${amountOf(units, token)} would leave the address for good: a top-up always needs an approval.`,
    ok: false,
  };
  const failing = failingOf([...relied, ...checks]);
  const bonus = tokenFacts[token].bonusPercent;
  return makePlan(context.clock.now(), {
    action: 'credits topup',
    terms: termsOf(context, subject),
    subject,
    verdict: failing.length > 0 ? 'deny' : 'approve',
    failing: failing.length > 0 ? failing : [asking],
    checks: [...relied, ...checks, asking],
    notes: [
      `About ${usd(credits)} USD of credits come${bonus === 0 ? '' : `, ${bonus} % of bonus included`}${token === 'usdc' ? '' : `, at ${priceUsd} USD for 1 ${tokenFacts[token].symbol}`}.`,
      `The chain takes at most ${feeText(feeWei)} ETH for it now.`,
      ...noBackup,
    ],
    summary: `${creditsTopup.what({ subject, summary: '', cost: null })}.`,
  });
};

const goingOn = async (context: ReadContext, open: OperationRecord, rpcs: readonly string[]): Promise<TopUpPlan> => {
  const { subject: begun } = topUpOf(open);
  const nodes = nodesAgain(await context.evm(), rpcs, begun.rpcs);
  const subject = { ...begun, goOn: open.id, rpcs: nodes.map(({ url }) => toldUrl(url)) };
  return makePlan(context.clock.now(), {
    action: 'credits topup',
    terms: termsOf(context, subject),
    subject,
    summary: `Go on with the top-up ${open.id} of ${amountOf(BigInt(begun.units), begun.token)}; nothing else is paid.`,
  });
};

/** Which nodes are asked is no part of what is approved. */
export const termsOf = (context: ReadContext, { chainId, rpcs: _, ...subject }: TopUpSubject) => ({
  network: context.network,
  payer: subject.account,
  action: 'credits topup',
  ...subject,
  chainId: String(chainId),
  arguments: subject.argumentsDigest,
});

export const underWay = (open: OperationRecord): Failure =>
  new Failure('POSSIBLE_DUPLICATE', `The top-up ${open.id} is under way: until it ends no other one begins. Nothing was paid.`, {
    fix: agent('Go on with it first.', 'credits topup', { resume: true }),
    facts: { operation: open.id },
  });

const noneOpen = (account: string): Failure => new Failure('OPERATION_NOT_FOUND', `No top-up of ${account} is under way.`);
