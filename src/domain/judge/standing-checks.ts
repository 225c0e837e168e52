import { type JudgedCheck, judged } from '../limits/judged-check.ts';
import { human } from '../suggest/fix.ts';
import { formatInstant } from '../text/instant.ts';

/** Can the policy be relied on, and may anything be created at all? */
export interface PolicyStanding {
  /** Why the policy's seal is not good; null where it is, or where the policy needs none. */
  unsealed?: string | null;
  /** What shows that somebody wrote into the policy, in a sentence; null where nothing does. */
  broken?: string | null;
  /** The network to which the account belongs, where that is another one than this; null where it is this one. */
  elsewhere?: string | null;
  /** Why nothing may be spent without the machine's own policy, in a sentence; null where it is there, or was never seen. */
  rootMissing?: string | null;
  /** Since when creation is frozen, ms; null: it is not frozen. */
  frozenSince?: number | null;
}

const elsewhereText = (network: string): string =>
  `The audit trail knows this account from ${network}; a key belongs to one network, by whatever name that goes.`;

/** Says that the machine's own policy is missed. */
export const rootCheck = (why: string): JudgedCheck => ({
  ...judged('CONFIG_INVALID', false, 'missing', 'there', `${why} Nothing is spent without it.`),
  fix: human('As root, put the policy file back; {} in it sets no limit of its own.'),
});

/** What mends a policy that does not hold. */
export const setAnew = human('Have the policy set again by its approver; an approver elsewhere signs it.', 'policy set', {
  reauthorise: true,
});

/** The checks that stop all spending: a change that no approver signed, an unsealed policy, a freeze. Empty where none holds. */
export const standingChecks = ({
  unsealed = null,
  broken = null,
  elsewhere = null,
  rootMissing = null,
  frozenSince = null,
}: PolicyStanding): JudgedCheck[] => [
  ...(rootMissing === null ? [] : [rootCheck(rootMissing)]),
  ...(elsewhere === null ? [] : [judged('WRONG_NETWORK', false, 'another network', elsewhere, elsewhereText(elsewhere))]),
  ...(broken === null ? [] : [{ ...judged('LEDGER_BROKEN', false, 'edited', 'as it was set', broken), fix: setAnew }]),
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
