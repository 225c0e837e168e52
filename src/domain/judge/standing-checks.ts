import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { formatInstant } from '../text/instant.ts';

/** Can the policy be relied on, and may anything be created at all? */
export interface PolicyStanding {
  /** Why the policy's seal is not good; null where it is, or where the policy needs none. */
  unsealed?: string | null;
  /** Since when creation is frozen, ms; null: it is not frozen. */
  frozenSince?: number | null;
}

/** The checks that stop all spending: an unsealed policy, a freeze. Empty where neither holds. */
export const standingChecks = ({ unsealed = null, frozenSince = null }: PolicyStanding): JudgedCheck[] => [
  ...(unsealed === null ? [] : [judged('POLICY_UNSEALED', false, 'unsealed', 'sealed', unsealed)]),
  ...(frozenSince === null
    ? []
    : [
        judged(
          'FROZEN',
          false,
          formatInstant(frozenSince),
          'thawed',
          `Creation and extension are frozen since ${formatInstant(frozenSince)}.`,
        ),
      ]),
];
