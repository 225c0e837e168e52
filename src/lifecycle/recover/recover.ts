import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { usd } from '../../domain/money/money.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { consumeApproval } from '../approvals/approvals.ts';
import { endListed } from '../grants/end-listed.ts';
import { signerFor } from '../operation/signer-for.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { auditAccount } from '../trail/audit.ts';
import { markHead } from '../trail/audit-head.ts';
import { settleHead } from '../trail/settle-head.ts';
import { begunRecovery } from './begun-recovery.ts';
import { reachedVms } from './reached-vms.ts';
import { standingGrant } from './standing-grant.ts';
import { settleTaken, takeCredits, takenSince } from './take-credits.ts';

export interface Recovered {
  credits: bigint;
  /** Item hashes of the VMs that were destroyed. */
  destroyed: readonly string[];
}

/**
 * Takes the other account's credits, so that its key makes no new VM meanwhile, ends its VMs, and takes what is there then. VMs are ended
 * where credits cannot be taken, too. The same call goes on with what did not come to its end, as it was agreed to.
 */
export const recover = async (context: ChangeContext, plan: Plan<'freeze as owner'>): Promise<Recovered> => {
  const { account, from } = plan.subject;
  requireOwnRoots(context, await readPolicy(context, account));
  // a locked key is found out before anything is recorded
  await signerFor(context, account);
  const ledger = await context.ledger();
  const startedAt = context.clock.now();
  const earlier = plan.approval === null ? begunRecovery(ledger, context, { account, from }) : null;
  if (plan.approval === null && earlier === null) {
    await settleTaken(context, plan.subject);
    return { credits: takenSince(ledger, context, plan.subject, startedAt), destroyed: [] };
  }
  const entries = await standingGrant(context, { account, from });
  if (earlier === null) begin(context, ledger, plan);
  // those that were agreed to; what its key has made since needs another agreement
  const { ids } = earlier ?? plan.subject;
  const cloud = await context.cloud();
  const listed = async (): Promise<readonly string[]> =>
    reachedVms(await cloud.accounts.owned(from), entries).filter((id) => ids.includes(id));
  let left: readonly string[] = ids;
  const done = (): Recovered => ({
    credits: takenSince(ledger, context, plan.subject, startedAt),
    destroyed: ids.filter((id) => !left.includes(id)),
  });
  await takeCredits(context, plan, earlier).catch(passableFailure);
  try {
    left = await endListed(context, { account, owner: from, listed });
    if (left.length > 0) await standingGrant(context, { account, from });
    // whatever stays listed, what came free does not stay with that key
    await takeCredits(context, plan, earlier);
    if (left.length > 0) throw incomplete(from, left);
  } catch (thrown) {
    throw besideDone(passableFailure(thrown), done());
  }
  ledger.write('recover.done', (transaction) => {
    const facts = { plan: earlier?.plan ?? plan.id, from };
    auditAccount(context, transaction, { point: 'recover.done', account, outcome: 'done', facts });
    markHead(context, transaction, { account, network: context.network });
  });
  await settleHead(context, account).catch(passableFailure);
  return done();
};

/** Uses the approval up, and records what it is for. */
const begin = (context: ChangeContext, ledger: Ledger, plan: Plan<'freeze as owner'>): void => {
  const { account, from, ids } = plan.subject;
  ledger.write('recover.begin', (transaction) => {
    consumeApproval(context, transaction, plan, { id: plan.id, account });
    const facts = { plan: plan.id, from, vms: [...ids] };
    auditAccount(context, transaction, { point: 'recover.begin', account, outcome: 'begun', facts });
    markHead(context, transaction, { account, network: context.network });
  });
};

/** What was done stays done where the rest failed. */
const besideDone = (failure: Failure, { credits, destroyed }: Recovered): Failure =>
  credits === 0n && destroyed.length === 0
    ? failure
    : new Failure(
        failure.code,
        `${failure.message} By then ${usd(credits)} USD were taken, and ${counted(destroyed.length, 'VM')} destroyed.`,
        {
          ...failure.details,
          sideEffects: 'partial',
          facts: { ...failure.details.facts, takenUsd: usd(credits), destroyed: destroyed.map(shortId) },
        },
      );

const incomplete = (from: string, ids: readonly string[]): Failure =>
  new Failure(
    'DESTROY_INCOMPLETE',
    `${counted(ids.length, 'VM')} of ${from} ${ids.length === 1 ? 'is' : 'are'} still listed: ${ids.map(shortId).join(', ')}.`,
    {
      sideEffects: 'partial',
      fix: human('Make the same call again: it goes on with what was agreed to.', 'freeze', { destroyAll: true, asOwner: from }),
      facts: { left: ids.map(shortId) },
    },
  );
