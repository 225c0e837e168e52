import { countersOf } from './counters.ts';
import { Exact } from './exact.ts';
import type { AccountFigures, AccountRows } from './exposure.ts';
import { dearerRate, extendedTerm } from './extension.ts';
import { byGravity } from './gravity.ts';
import { type Case, type Judgement, reserveCheck, verdictOn } from './judge.ts';
import { consentCheck, guardCheck, sizeChecks, spendChecks } from './limit-checks.ts';
import { usd, usdPerHour } from './money.ts';
import { reserveFor } from './reserve.ts';
import { standingChecks } from './standing-checks.ts';
import type { VmRecord } from './vm-record.ts';

/** A VM of `rows` that is to end at `until` (ms) instead. */
export interface ExtensionCase {
  vm: VmRecord;
  until: number;
  policy: Case['policy'];
  rows: AccountRows;
  figures: AccountFigures;
  now: number;
  /** A person has approved this very plan. */
  approved?: boolean;
}

/**
 * What the policy says to a longer life: the VM is judged as if it had been made for all of it, with its whole cost from creation
 * to the new expiry, so that many small extensions pass no limit that one long lifetime would not. Only what keeps creations apart
 * (rate, pause, breaker) does not apply. Pure; called for the plan and again in the transaction that takes the hold.
 */
export const judgeExtension = ({ vm, until, policy, rows, figures, now, approved = false }: ExtensionCase): Judgement => {
  const { limits } = policy;
  const rate = dearerRate(vm, figures.burn);
  const { whole: most, ...term } = extendedTerm(vm, until, rate, rows.vms);
  const vms = rows.vms.map((row) => (row.id === vm.id ? { ...row, ...term } : row));
  const counters = countersOf({ ...rows, vms }, figures, policy.authorisedAt, now);
  const order = {
    rate: new Exact(0),
    ttlSeconds: term.ttlSeconds,
    computeUnits: vm.spec.computeUnits,
    maxHourly: null,
    maxTotal: null,
  };
  // It is among the exposures already, with all that it can cost.
  const reserve = reserveFor({ rate: order.rate, ttlSeconds: 0 }, counters.exposures, figures, now);
  const left = figures.balance.credits - counters.outstanding;
  const checks = [
    ...standingChecks(policy),
    ...sizeChecks(order, limits, counters.live - 1),
    ...spendChecks(order, limits, counters, 0n),
    guardCheck(left, policy.acknowledgedBalance ?? figures.balance.credits, limits.balanceGuardPercent),
    reserveCheck(reserve, order),
    consentCheck(most, limits, approved),
  ];
  const failing = byGravity(checks.filter(({ ok }) => !ok));
  return {
    verdict: verdictOn(failing),
    checks,
    failing,
    most,
    reserve,
    cost: { usdPerHour: usdPerHour(rate), mostUsd: usd(most), reserveUsd: usd(reserve.required) },
    counters,
  };
};
