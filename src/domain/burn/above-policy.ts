import type { Decimal } from 'decimal.js';
import type { Limits } from '../limits/limits.ts';
import { Exact } from '../money/exact.ts';
import { creditsPerHour, usd } from '../money/money.ts';
import { formatDuration } from '../text/duration.ts';

/** A live VM of ours as the network shows it: times in ms, credits per second. */
export interface ShownVm {
  name: string;
  signedAt: number;
  expiresAt: number;
}

/** A figure of the network's that the policy does not allow. */
export interface Excess {
  code: 'LIVE_ABOVE_POLICY' | 'BURN_ABOVE_POLICY' | 'TTL_ABOVE_POLICY';
  figure: string;
  limit: string;
  message: string;
}

/**
 * Compares what the network shows with the policy, whatever the ledger's rows say: how many VMs of ours live, what all VMs cost, and how long
 * each lives by its public expiry. `perSecond` is null where two hosts do not tell it.
 */
export const abovePolicy = (
  vms: readonly ShownVm[],
  perSecond: Decimal | null,
  { maxVms, maxBurnCreditsPerHour, maxTtlSeconds }: Pick<Limits, 'maxVms' | 'maxBurnCreditsPerHour' | 'maxTtlSeconds'>,
): Excess[] => {
  const burn = creditsPerHour(new Exact(perSecond ?? 0));
  return [
    ...(vms.length <= maxVms
      ? []
      : [
          {
            code: 'LIVE_ABOVE_POLICY' as const,
            figure: String(vms.length),
            limit: String(maxVms),
            message: `The network lists ${vms.length} live VMs of this account, the policy allows ${maxVms}.`,
          },
        ]),
    ...(burn <= maxBurnCreditsPerHour
      ? []
      : [
          {
            code: 'BURN_ABOVE_POLICY' as const,
            figure: usd(burn),
            limit: usd(maxBurnCreditsPerHour),
            message: `The VMs that the network lists cost ${usd(burn)} USD/h, the policy allows ${usd(maxBurnCreditsPerHour)}.`,
          },
        ]),
    ...vms.flatMap(({ name, signedAt, expiresAt }) => {
      const seconds = Math.floor((expiresAt - signedAt) / 1000);
      if (seconds <= maxTtlSeconds) return [];
      const [lives, allowed] = [formatDuration(seconds), formatDuration(maxTtlSeconds)];
      return [
        {
          code: 'TTL_ABOVE_POLICY' as const,
          figure: lives,
          limit: allowed,
          message: `VM ${name} lives ${lives} by its public expiry, the policy allows ${allowed}.`,
        },
      ];
    }),
  ];
};
