import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/limits.ts';
import { formatDuration } from '../text/duration.ts';
import { shortId } from '../text/short-id.ts';
import { type Judgement, weigh } from './judge.ts';

/** The adoption of a VM, which runs and costs whether it is adopted or not. */
export interface AdoptionCase {
  id: string;
  /** The VM's marker or the account's journal says that the VM is ours. */
  claimed: boolean;
  /** The VM's lifetime from now on, where the adoption gives it one; null where its expiry is on public record. */
  ttlSeconds: number | null;
  limits: Limits;
  /** A person has approved this very plan. */
  approved: boolean;
}

/**
 * What the policy says to an adoption. No spending limit applies, because the VM bills already and now gets an end; that end must be within
 * the longest lifetime. A VM without our mark may be somebody's work, and once adopted it can be destroyed, so a person decides.
 */
export const judgeAdoption = ({
  id,
  claimed,
  ttlSeconds,
  limits,
  approved,
}: AdoptionCase): Pick<Judgement, 'verdict' | 'checks' | 'failing'> => {
  const ttl = ttlSeconds ?? 0;
  const checks: JudgedCheck[] = [
    judged(
      'TTL_TOO_LONG',
      ttl <= limits.maxTtlSeconds,
      ttl,
      limits.maxTtlSeconds,
      `The VM would live ${formatDuration(ttl)} from now, the policy allows ${formatDuration(limits.maxTtlSeconds)}.`,
    ),
    judged(
      'APPROVAL_NEEDED',
      claimed || approved,
      shortId(id),
      'marked as ours',
      claimed
        ? `VM ${shortId(id)} is marked as ours.`
        : `VM ${shortId(id)} does not carry this tool’s mark; once adopted it can be destroyed.`,
    ),
  ];
  return weigh(checks, { approved });
};
