import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import type { Limits } from '../limits/policy.ts';
import { formatDuration } from '../text/duration.ts';
import { shortId } from '../text/short-id.ts';
import { type Judgement, weigh } from './judge.ts';

/** A VM that runs, and costs, whether it is adopted or not. */
export interface AdoptionCase {
  id: string;
  /** Marker or journal say that it is ours. */
  claimed: boolean;
  /** Its life from now on, where it is to be given one; null where an expiry is on public record. */
  ttlSeconds: number | null;
  limits: Limits;
  /** A person has approved this very plan. */
  approved: boolean;
}

/**
 * What the policy says to an adoption. It makes nothing dearer, for the VM bills already and now gets an end, so no spending limit stands
 * in its way; its end must be within the longest lifetime. What carries no mark of ours may be somebody's work, and an adopted VM
 * can be destroyed: a person decides.
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
      claimed ? `VM ${shortId(id)} is marked as ours.` : `VM ${shortId(id)} carries no mark of ours; once adopted it can be destroyed.`,
    ),
  ];
  return weigh(checks, { approved });
};
