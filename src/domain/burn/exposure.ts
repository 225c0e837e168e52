import { Decimal } from 'decimal.js';
import { cameBack, type HostsWord } from '../ledger/came-back.ts';
import type { OperationCourse } from '../ledger/ledger-records.ts';
import { liveStates, type VmCost } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import { costBetween } from '../money/price.ts';

/**
 * The network's figures of one account that signs and of one that pays, which may be the same; read together. Money in integer credits, rates
 * in credits per second, times in ms.
 */
export interface AccountFigures {
  /** The account whose balance, burn and expenses these are. */
  payer: string;
  balance: { credits: bigint; lots: readonly { credits: bigint; expiresAt: number | null }[] };
  /** `resources`: also those that other accounts pay for the one that signs. */
  burn: { perSecond: Decimal; resources: readonly { id: string; perSecond: Decimal; consumed: bigint }[] };
  /** Live INSTANCE messages that the signing account sent, whoever pays. */
  listed: readonly (HostsWord & { id: string; owner: string | null; ours: boolean; signedAt: number; expiresAt: number | null })[];
  /** All that the payer was charged. */
  expenses: readonly { vm: string | null; credits: bigint; at: number }[];
  /** What the signing account cost: of its own credits all, of another payer's what it sent. Its limits count these. */
  spent: readonly { vm: string | null; credits: bigint; at: number }[];
}

/** The figures where nobody asks the network: the ledger alone counts then. */
export const unaskedFigures: AccountFigures = {
  payer: '',
  balance: { credits: 0n, lots: [] },
  burn: { perSecond: new Exact(0), resources: [] },
  listed: [],
  expenses: [],
  spent: [],
};

/** The ledger's rows of the same account on the same network. */
export interface AccountRows {
  vms: readonly VmCost[];
  operations: readonly OperationCourse[];
}

/** One VM with the worse of the ledger's and the network's figures. */
export interface Exposure {
  id: string;
  /** null: nothing proves who pays, so everybody does. */
  payer: string | null;
  /** The ledger's record or the marker shows that the VM is ours. Other VMs of the account burn credits too, but take no place. */
  ours: boolean;
  live: boolean;
  rate: Decimal;
  from: number;
  until: number;
  /** Credits from creation to expiry, those already billed included. */
  whole: bigint;
  billed: bigint;
}

/** A create whose attempt failed keeps its place until its next attempt, for as long as it may fail over (product.md §2). */
const failOverMs = 45 * 60_000;

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Credits that each VM was charged, by item hash. */
export const chargedByVm = (expenses: AccountFigures['spent']): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const { vm, credits } of expenses) if (vm !== null) sums.set(vm, (sums.get(vm) ?? 0n) + credits);
  return sums;
};

/** Every VM that costs, has cost or may come to cost credits: the ledger's rows, and VMs that only the network lists (XA-13). */
export const exposuresOf = ({ vms, operations }: AccountRows, figures: AccountFigures, now: number): Exposure[] => {
  const resources = new Map(figures.burn.resources.map((resource) => [resource.id, resource]));
  const listed = new Map(figures.listed.map((vm) => [vm.id, vm]));
  const known = new Set(vms.map(({ id }) => id));
  const charged = chargedByVm(figures.spent);
  const billedFor = (id: string): bigint => greater(charged.get(id) ?? 0n, resources.get(id)?.consumed ?? 0n);
  const rateFor = (id: string, recorded: Decimal): Decimal => {
    const resource = resources.get(id);
    return resource === undefined ? recorded : Decimal.max(recorded, resource.perSecond);
  };
  const rates = new Map<string, Decimal>();
  /** VMs of one size have one rate. */
  const recordedRate = (text: string): Decimal => {
    const known = rates.get(text) ?? new Exact(text);
    rates.set(text, known);
    return known;
  };

  const recorded = vms.map((vm): Exposure => {
    const live = liveStates.includes(vm.state) || cameBack(vm, listed.get(vm.id), now);
    const rate = rateFor(vm.id, recordedRate(vm.rate));
    const until = live ? Math.max(vm.expiresAt, now) : (vm.terminatedAt ?? now);
    const billed = greater(vm.billed, billedFor(vm.id));
    const lived = live ? costBetween(rate, vm.signedAt, until) : 0n;
    const whole = vm.settled && !live ? billed : greater(billed, greater(vm.hold, lived));
    const payer = listed.get(vm.id)?.owner === null ? null : vm.payer;
    return { id: vm.id, payer, ours: true, live, rate, from: vm.signedAt, until, whole, billed };
  });

  const unrecorded = figures.listed
    .filter(({ id }) => !known.has(id))
    .map(({ id, owner, ours, signedAt, expiresAt }): Exposure => {
      const rate = rateFor(id, new Exact(0));
      const until = Math.max(expiresAt ?? now, now);
      const billed = billedFor(id);
      return {
        id,
        payer: owner,
        ours,
        live: true,
        rate,
        from: signedAt,
        until,
        whole: greater(billed, costBetween(rate, signedAt, until)),
        billed,
      };
    });

  const alive = new Set(recorded.filter(({ live }) => live).map(({ id }) => id));
  const betweenAttempts = operations
    .filter(({ kind, state, startedAt }) => kind === 'create' && state === 'running' && now - startedAt <= failOverMs)
    .flatMap(({ id, startedAt }): Exposure[] => {
      const attempts = vms.filter(({ operation }) => operation === id);
      const last = attempts.at(-1);
      if (last?.ending !== 'failed' || attempts.some((attempt) => alive.has(attempt.id))) return [];
      const rate = new Exact(last.rate);
      const held = attempts.reduce((sum, { hold }) => sum + hold, 0n);
      const whole = greater(0n, creditsOver(rate, last.ttlSeconds) - held);
      const until = Math.max(last.expiresAt, now);
      return [{ id, payer: last.payer, ours: true, live: true, rate, from: startedAt, until, whole, billed: 0n }];
    });

  return [...recorded, ...unrecorded, ...betweenAttempts];
};

/** The exposures that these figures' account pays: the reserve and the guard are its own. */
export const paidBy = (exposures: readonly Exposure[], { payer }: Pick<AccountFigures, 'payer'>): Exposure[] =>
  exposures.filter((exposure) => exposure.payer === null || exposure.payer === payer);

/** Credits that the network may still bill for an exposure. */
export const outstanding = ({ whole, billed }: Exposure): bigint => greater(0n, whole - billed);
