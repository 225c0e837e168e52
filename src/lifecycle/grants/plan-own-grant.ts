import type { Check } from '../../domain/failure/failure.ts';
import { shows } from '../../domain/grants/edit-grants.ts';
import { isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { isOwnEntry, ownEntries } from '../../domain/grants/own-grant.ts';
import { usd } from '../../domain/money/money.ts';
import type { OwnGrantSubject } from '../../domain/plan/kinds/grant.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { commandLine } from '../../domain/suggest/command-line.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readGrants } from '../operation/read-grants.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { requireNarrow } from './require-narrow.ts';
import { requireOwner } from './require-owner.ts';

/**
 * Plans the grant back: the owner, whose money the account in use lives on, may end its VMs and take its credits back without this machine.
 * Always asks a person, because it reaches all credits, whoever gave them. `GRANT_TOO_WIDE` where somebody else has a wide grant and was
 * not named.
 */
export const planOwnGrant = async (
  context: ReadContext,
  { address, keepWide }: { address: string; keepWide: readonly string[] },
  argumentsDigest: string,
): Promise<Plan<'authz grant own'>> => {
  const { address: account } = context.keys.current(context.network);
  requireOwnRoots(context, await readPolicy(context, account));
  const cloud = await context.cloud();
  const [owner, state, balance, policy] = await Promise.all([
    requireOwner(context, account, address),
    readGrants(context, account),
    cloud.accounts.balance(account),
    readPolicy(context, account),
  ]);
  const creditsUsd = usd(balance.credits);
  const stands = shows(state.authorizations, { add: ownEntries(address), remove: [] });
  if (!stands) {
    const others = readGrantEntries(state.authorizations).filter((entry) => !(isFor(entry, address) && isOwnEntry(entry)));
    requireNarrow(others, { address, keepWide });
  }
  const who = policy.approver === null ? 'A person' : `The approver ${policy.approver}`;
  const asks: Check = {
    code: 'APPROVAL_NEEDED',
    figure: address,
    limit: policy.approver ?? 'a person',
    message: `${who} decides who else may move the credits of the account.`,
  };
  const failing = stands ? [] : [asks];
  const subject: OwnGrantSubject = { account, address, creditsUsd };
  return makePlan(context.clock.now(), {
    action: 'authz grant own',
    terms: { network: context.network, payer: account, action: 'authz grant own', arguments: argumentsDigest, ...subject },
    subject,
    verdict: stands ? 'allow' : 'approve',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    notes: [
      `${address} gave ${usd(owner.left)} USD that were not returned yet; it could take all ${creditsUsd} USD of ${account}, whoever gave them.`,
      `Where its key is: ${commandLine('freeze', { destroyAll: true, asOwner: account })}`,
      'The grant stands until you take it back (authz revoke), and it is public.',
    ],
    summary: `Let ${address}, who gave the allowance, end the VMs of ${account} and take its credits back.`,
    name: address,
  });
};
