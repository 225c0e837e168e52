import { Decimal } from 'decimal.js';
import { approvalSeconds } from '../approval/approval-seconds.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import { type AccountFigures, type Exposure, outstanding, paidBy } from './exposure.ts';

/** The credits that the account must have for a new VM (product.md §1 rule 7). Integer credits. */
export interface Reserve {
  /** 86,400 s of the account's whole burn, the new VM included: the network refuses an INSTANCE below that (protocol-ccn.md §5.7). */
  day: bigint;
  newVm: bigint;
  /** Credits for each of our live VMs until its expiry, minus those already billed. */
  ownVms: bigint;
  /** Credits for the account's other resources until our last expiry. */
  others: bigint;
  /** Use that is not billed yet: what ended VMs may still be billed, and recent use of the account's other resources. */
  notYetBilled: bigint;
  /** What the account's other resources have used unbilled, and will until our last expiry: parts of the two before. */
  byOthers: bigint;
  required: bigint;
  /** The balance without credit lots that expire before our last expiry + 24 h. */
  available: bigint;
  /** The two before, where the same is asked as late as an approval lasts: the other resources use credits until then, and lots near their end count no more. */
  late: { required: bigint; available: bigint };
}

const daySeconds = 86_400;

const total = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

const sumOf = (rates: readonly Decimal[]): Decimal => rates.reduce((sum, rate) => sum.plus(rate), new Exact(0));

/** Seconds of other resources' use since the newest expense row, at most a day; a day where there is no expense row. */
const unbilledSeconds = (expenses: AccountFigures['expenses'], now: number): number => {
  const newest = expenses.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  return Math.min(daySeconds, Math.max(0, (now - newest) / 1000));
};

const chargedBy = ({ resources }: AccountFigures['burn']): ((exposure: Pick<Exposure, 'id'>) => Decimal) => {
  const charged = new Map(resources.map(({ id, perSecond }) => [id, perSecond]));
  return ({ id }) => charged.get(id) ?? new Exact(0);
};

/**
 * Credits per second of the whole paying account: the network's figure, plus our live VMs' rates as far as the network does not charge them
 * yet.
 */
export const wholeBurn = (exposures: readonly Exposure[], figures: Pick<AccountFigures, 'burn' | 'payer'>): Decimal => {
  const chargedFor = chargedBy(figures.burn);
  const liveVms = paidBy(exposures, figures).filter(({ live, ours }) => live && ours);
  return new Exact(figures.burn.perSecond).plus(sumOf(liveVms.map((vm) => Decimal.max(0, new Exact(vm.rate).minus(chargedFor(vm))))));
};

export const reserveFor = (
  order: { rate: Decimal; ttlSeconds: number },
  all: readonly Exposure[],
  figures: AccountFigures,
  now: number,
): Reserve => {
  const { balance, burn, expenses } = figures;
  const exposures = paidBy(all, figures);
  const liveVms = exposures.filter(({ live, ours }) => live && ours);
  const chargedFor = chargedBy(burn);
  const whole = wholeBurn(exposures, figures).plus(order.rate);
  const others = Decimal.max(0, new Exact(burn.perSecond).minus(sumOf(liveVms.map(chargedFor))));
  const lastExpiry = Math.max(now + order.ttlSeconds * 1000, ...liveVms.map(({ until }) => until));

  const day = creditsOver(whole, daySeconds);
  const newVm = creditsOver(order.rate, order.ttlSeconds);
  const ownVms = total(liveVms.map(outstanding));
  const othersUntil = creditsOver(others, new Exact(lastExpiry - now).div(1000));
  const ended = total(exposures.filter(({ live }) => !live).map(outstanding));
  const usedByOthers = creditsOver(others, unbilledSeconds(expenses, now));
  const notYetBilled = ended + usedByOthers;
  const availableFrom = (expiry: number): bigint => {
    const short = balance.lots.filter(({ expiresAt }) => expiresAt !== null && expiresAt < expiry + daySeconds * 1000);
    const usable = balance.credits - total(short.map(({ credits }) => credits));
    return usable > 0n ? usable : 0n;
  };
  const required = day + newVm + ownVms + othersUntil + notYetBilled;
  return {
    day,
    newVm,
    ownVms,
    others: othersUntil,
    notYetBilled,
    byOthers: othersUntil + usedByOthers,
    required,
    available: availableFrom(lastExpiry),
    late: {
      required: required + creditsOver(others, approvalSeconds),
      available: availableFrom(lastExpiry + approvalSeconds * 1000),
    },
  };
};
