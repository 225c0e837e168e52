import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { formatInstant } from '../text/instant.ts';

/** Whether the policy can be relied on, and whether anything may be created at all. */
export interface PolicyStanding {
  /** Why the policy's seal does not fit; null where it does, or none is needed. */
  unsealed?: string | null;
  /** ms; null: not frozen. */
  frozenSince?: number | null;
}

/** What stops all spending; nothing where nothing does. */
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
