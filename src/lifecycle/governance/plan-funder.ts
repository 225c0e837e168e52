import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { requireSpelt } from '../operation/require-spelt.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireKnownApprover } from './require-known-approver.ts';

export type FunderPlan = Plan<'policy funder'>;

/**
 * Plans whose transfer of a quoted sum approves a request (`to` null: nobody's does). Naming a funder loosens the policy, so a person
 * decides, or the approver where there is one; anybody may take the funder away. `USAGE` for an address without its capitals and for the
 * account itself; `CLOCK_UNTRUSTED`; `POLICY_REFUSED` for a key of this home, for the approver, and where the machine's own policy decides.
 */
export const planFunder = async (context: ReadContext, to: string | null, argumentsDigest: string): Promise<FunderPlan> => {
  const { address: account } = context.keys.current(context.network);
  const { funder: from, approver, row } = await readPolicy(context, account);
  requireNotByRoot(context, { approver, to });
  if (to !== null) {
    await requireFit(context, { account, approver }, to);
    await requireKnownApprover(context, account);
    // its row would count as one that is dated back, and never
    await requireClock(context);
  }
  const asks = to !== null && to !== from;
  const failing: Check[] = asks
    ? [
        {
          code: 'APPROVAL_NEEDED',
          of: 'funder',
          figure: to,
          limit: from ?? 'none',
          message: `${to} would approve requests by sending what they quote: that needs approval.`,
        },
      ]
    : [];
  const subject = { account, from, to };
  const terms = {
    network: context.network,
    payer: account,
    action: 'policy funder',
    arguments: argumentsDigest,
    policyVersion: row.version,
    ...subject,
  };
  return makePlan(context.clock.now(), {
    action: 'policy funder',
    terms,
    subject,
    verdict: asks ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary:
      to === null
        ? `No transfer approves anything for ${account}.`
        : `Let ${to} approve what ${account} asks for, by sending the sum that a request quotes.`,
  });
};

/** What root's file names nobody takes away, and without an approver nobody is named beside it. */
const requireNotByRoot = ({ rootPolicy }: ReadContext, { approver, to }: { approver: string | null; to: string | null }): void => {
  const root = rootPolicy();
  if (root === null || (root.funder === undefined && (approver !== null || to === null))) return;
  throw new Failure('POLICY_REFUSED', "The machine's own policy says who approves by funding.", {
    fix: human(`Only root changes ${root.path}: "funder" is an address there.`),
    facts: { path: root.path, funder: root.funder ?? null },
  });
};

/** Who funds has to be somebody else: otherwise whoever holds the keys of this home would approve what it asks. */
const requireFit = async (
  context: ReadContext,
  { account, approver }: { account: string; approver: string | null },
  to: string,
): Promise<void> => {
  await requireSpelt(context, to, human('Copy the address again from where it is kept; keys show prints it as it must be.', 'keys show'));
  if (to.toLowerCase() === approver) {
    throw new Failure('POLICY_REFUSED', `${to} is the approver, which pays for nothing and holds no credits.`, {
      fix: human('Name another address: the approver answers a request by its signature.'),
      facts: { funder: to },
    });
  }
  const own = context.keys.list().find(({ address }) => address === to);
  if (to !== account && own === undefined) return;
  const what = to === account ? 'the account itself' : `the key "${own?.name}" of this home`;
  throw new Failure('POLICY_REFUSED', `${to} is ${what}: who asks would approve it.`, {
    fix: human('Name the address of an account whose key is elsewhere.'),
    facts: { funder: to },
  });
};
