import { Decimal } from 'decimal.js';
import type { VmCost, VmRecord } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import type { AccountFigures } from './exposure.ts';

/** How long a VM lives, and the credits held for it. */
export interface Term {
  expiresAt: number;
  /** From the VM's creation to its expiry. */
  ttlSeconds: number;
  hold: bigint;
}

/** The VM's rate in credits per second: the greater of the ledger's and the network's figure. */
export const dearerRate = (vm: Pick<VmRecord, 'id' | 'rate'>, burn: AccountFigures['burn']): Decimal =>
  Decimal.max(new Exact(vm.rate), burn.resources.find(({ id }) => id === vm.id)?.perSecond ?? 0);

/**
 * The term of a VM that is to end at `until` (ms). Its lifetime counts from the signing of the operation's first attempt, so that fail-overs
 * never lengthen it. Holds of the operation's other attempts are subtracted from the new hold, as they were from the hold of the plan. The rows
 * must have their signing times from what was signed (`asPublic`).
 */
export const extendedTerm = (vm: VmCost, until: number, rate: Decimal, attempts: readonly VmCost[]): Term & { whole: bigint } => {
  const elsewhere = attempts.filter(({ id, operation }) => id !== vm.id && operation === vm.operation);
  const created = Math.min(vm.signedAt, ...elsewhere.map(({ signedAt }) => signedAt));
  const ttlSeconds = Math.max(0, Math.ceil((until - created) / 1000));
  const whole = creditsOver(rate, ttlSeconds);
  const left = whole - elsewhere.reduce((sum, { hold }) => sum + hold, 0n);
  return { expiresAt: until, ttlSeconds, hold: left > vm.hold ? left : vm.hold, whole };
};
