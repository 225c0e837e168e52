import { Decimal } from 'decimal.js';
import type { VmRecord } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver } from '../money/money.ts';
import type { AccountFigures } from './exposure.ts';

/** How long a VM lives, and what is held for it. */
export interface Term {
  expiresAt: number;
  /** From creation to expiry. */
  ttlSeconds: number;
  hold: bigint;
}

/** The greater of what the ledger and the network say, credits per second. */
export const dearerRate = (vm: Pick<VmRecord, 'id' | 'rate'>, burn: AccountFigures['burn']): Decimal =>
  Decimal.max(new Exact(vm.rate), burn.resources.find(({ id }) => id === vm.id)?.perSecond ?? 0);

/**
 * The term that ends at `until` (ms). Creation is when the operation began, so that a lifetime is never longer by fail-overs; what
 * other attempts of the operation hold comes off, as it did from the plan's own hold.
 */
export const extendedTerm = (vm: VmRecord, until: number, rate: Decimal, attempts: readonly VmRecord[]): Term & { whole: bigint } => {
  const created = vm.expiresAt - vm.ttlSeconds * 1000;
  const ttlSeconds = Math.max(0, Math.ceil((until - created) / 1000));
  const whole = creditsOver(rate, ttlSeconds);
  const elsewhere = attempts.filter(({ id, operation }) => id !== vm.id && operation === vm.operation);
  const left = whole - elsewhere.reduce((sum, { hold }) => sum + hold, 0n);
  return { expiresAt: until, ttlSeconds, hold: left > vm.hold ? left : vm.hold, whole };
};
