import { countersOf } from '../burn/counters.ts';
import type { AccountFigures, AccountRows } from '../burn/exposure.ts';
import { dearerRate, extendedTerm } from '../burn/extension.ts';
import { reserveFor } from '../burn/reserve.ts';
import { taskChecks, taskSpend } from '../burn/task-budget.ts';
import type { VmRecord } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { usd, usdPerHour } from '../money/money.ts';
import { extrasOf, isSpecial } from '../money/product-price.ts';
import { type Case, type Judgement, missingFor, reserveCheck, weigh } from './judge.ts';
import { consentCheck, guardCheck, guardedBalance, placeCheck, sizeChecks, spendChecks } from './limit-checks.ts';
import { agentChecks, callersCounters, childsEndChecks, ownerCheck, parentChecks } from './slice-checks.ts';
import { standingChecks } from './standing-checks.ts';

/** The extension of a VM of `rows`, which is to end at `until` (ms) instead. */
export interface ExtensionCase {
  vm: VmRecord;
  until: number;
  policy: Case['policy'];
  rows: AccountRows;
  figures: AccountFigures;
  beforehand: Case['beforehand'];
  agent?: Case['agent'];
  now: number;
  /** A person has approved this very plan. */
  approved?: boolean;
  fundable?: boolean;
}

/**
 * What the policy says to an extension. The VM is judged as if it had been made with the longer lifetime, at its whole cost from creation
 * to the new expiry, so that many small extensions pass no limit that one long lifetime would not. Only the checks that space creations
 * (rate, pause, breaker) do not apply. Called for the plan, and again in the transaction that takes the hold.
 */
export const judgeExtension = ({
  vm,
  until,
  policy,
  rows,
  figures,
  beforehand,
  agent = null,
  now,
  approved = false,
  fundable = false,
}: ExtensionCase): Judgement => {
  const { limits } = policy;
  const rate = dearerRate(vm, figures.burn);
  const { whole: most, ...term } = extendedTerm(vm, until, rate, rows.vms);
  const vms = rows.vms.map((row) => (row.id === vm.id ? { ...row, ...term } : row));
  const changed = { ...rows, vms };
  const counters = countersOf(changed, figures, policy.authorisedAt, now);
  const order = {
    rate: new Exact(0),
    ttlSeconds: term.ttlSeconds,
    computeUnits: vm.spec.computeUnits,
    gpu: extrasOf(vm.spec).gpus.length > 0,
    task: vm.task,
    maxHourly: null,
    maxTotal: null,
  };
  // The VM is among the exposures already, with its whole cost, so the order itself adds no rate and no lifetime.
  const reserve = reserveFor({ rate: order.rate, ttlSeconds: 0 }, counters.exposures, figures, now);
  const left = figures.balance.credits - counters.outstanding - (policy.shared ? reserve.byOthers : 0n);
  const special = isSpecial(vm.spec);
  const present = figures.balance.credits;
  const missing = missingFor(policy, { reserve, left, present });
  const own = callersCounters(agent, policy, { rows: changed, figures, now, counters });
  const ofAccount = [
    ...spendChecks(order, limits, counters, 0n),
    ...taskChecks(vm.task, policy.tasks, taskSpend(vm.task, changed, counters.exposures)),
    guardCheck(left, guardedBalance(policy, present), limits.balanceGuardPercent),
    reserveCheck(reserve, order),
  ];
  const checks = [
    ...standingChecks(policy),
    ...agentChecks(agent, figures, now),
    ...beforehand,
    ...(agent === null
      ? [...sizeChecks(order, limits, counters.live - 1), ...ofAccount]
      : [
          ...sizeChecks(order, own.limits, own.counters.live - 1, 'your slice'),
          ...childsEndChecks(agent, until),
          ...spendChecks(order, own.limits, own.counters, 0n, 'your slice'),
          ownerCheck([
            placeCheck(limits, counters.live - 1),
            ...ofAccount,
            ...parentChecks(agent, { order, most: 0n, placed: 1, policy, rows: changed, figures, now, counters }),
          ]),
        ]),
    consentCheck(most, own.limits, { approved, special }),
  ];
  return {
    ...weigh(checks, { approved, special, fundable: fundable && missing !== null }),
    most,
    reserve,
    missing,
    cost: { usdPerHour: usdPerHour(rate), mostUsd: usd(most), neededUsd: usd(agent === null ? reserve.required : most) },
    counters,
  };
};
