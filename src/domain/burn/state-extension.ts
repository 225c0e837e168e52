import type { VmRecord } from '../ledger/vm-record.ts';
import { Exact } from '../money/exact.ts';
import { usd, usdPerHour } from '../money/money.ts';
import type { ExtendSubject, StoredTerm } from '../plan/kinds/extend.ts';
import type { Plan } from '../plan/plan.ts';
import { phraseOf } from '../plan/plan-kinds.ts';
import { digest } from '../text/canonical-json.ts';
import { formatDuration } from '../text/duration.ts';
import { formatInstant } from '../text/instant.ts';
import { extendedTerm, type Term } from './extension.ts';

/** What was asked for; everything else of an extension follows from the VM. */
interface Order extends Pick<ExtendSubject, 'rate' | 'requestId' | 'argumentsDigest'> {
  /** The new expiry, ms. */
  until: number;
  policyVersion: unknown;
}

type Stated = Pick<Plan<'vm extend'>, 'terms' | 'subject' | 'summary'> & { cost: { usdPerHour: string; mostUsd: string } };

/**
 * States an extension of a VM: what is stored, shown and signed of it. `vm` and the operation's other `attempts` are rows as the public record
 * has them (`asPublic`), so that no figure comes from a row that somebody may have edited.
 */
export const stateExtension = (vm: VmRecord, attempts: readonly VmRecord[], { until, rate, policyVersion, ...call }: Order): Stated => {
  const { whole, ...term } = extendedTerm(vm, until, new Exact(rate), attempts);
  const subject: ExtendSubject = { vm: vm.id, account: vm.account, from: stored(vm), to: stored(term), rate, ...call, goOn: null };
  const mostUsd = usd(whole);
  return {
    subject,
    terms: {
      network: vm.network,
      account: vm.account,
      payer: vm.payer,
      action: 'vm extend',
      arguments: call.argumentsDigest,
      vm: vm.id,
      from: formatInstant(vm.expiresAt),
      to: formatInstant(until),
      ttlSeconds: term.ttlSeconds,
      creditsPerSecond: rate,
      policyVersion,
    },
    summary: `Extend ${vm.name} by ${formatDuration((until - vm.expiresAt) / 1000)} to ${formatInstant(until)}, at most ${mostUsd} USD from its creation on`,
    cost: { usdPerHour: usdPerHour(new Exact(rate)), mostUsd },
  };
};

const stored = ({ expiresAt, ttlSeconds, hold }: Term): StoredTerm => ({ expiresAt, ttlSeconds, hold: hold.toString() });

/** The stored plan with everything stated anew that follows from the VM; of the plan only the new expiry, its price and the call remain. */
export const restateExtension = (plan: Plan<'vm extend'>, vm: VmRecord, attempts: readonly VmRecord[]): Plan<'vm extend'> => {
  const { to, rate, requestId, argumentsDigest } = plan.subject;
  const { policyVersion } = plan.terms;
  const stated = stateExtension(vm, attempts, { until: to.expiresAt, rate, requestId, argumentsDigest, policyVersion });
  const cost = { neededUsd: plan.cost?.neededUsd ?? '0', ...stated.cost };
  const restated = { ...plan, ...stated, id: digest(stated.terms), cost };
  return { ...restated, consentPhrase: plan.consentPhrase === null ? null : phraseOf(restated, vm.name) };
};
