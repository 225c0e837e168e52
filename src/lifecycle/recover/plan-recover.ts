import { type Check, Failure } from '../../domain/failure/failure.ts';
import { Exact } from '../../domain/money/exact.ts';
import { usd, usdPerHour } from '../../domain/money/money.ts';
import type { RecoverSubject } from '../../domain/plan/kinds/destroy.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent as byAgent, human } from '../../domain/suggest/fix.ts';
import { counted } from '../../domain/text/counted.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { refuseWithPayer } from '../operation/payer-of.ts';
import { requireSpelt } from '../operation/require-spelt.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { type BegunRecovery, begunRecovery } from './begun-recovery.ts';
import { reachedVms } from './reached-vms.ts';
import { standingGrant } from './standing-grant.ts';
import { takenSince } from './take-credits.ts';

/**
 * Plans to take the credits of `from` back and to destroy its VMs with the key of the account in use, to which it gave the grant for that.
 * Asks a person where there is anything to take or to destroy. `GRANT_MISSING` without the grant.
 */
export const planRecover = async (context: ReadContext, from: string, argumentsDigest: string): Promise<Plan<'freeze as owner'>> => {
  refuseWithPayer(context, 'freeze');
  const { address: account } = context.keys.current(context.network);
  requireOwnRoots(context, await readPolicy(context, account));
  await requireSpelt(
    context,
    from,
    human('Copy the address again from where you keep it, for instance from credits history.', 'credits history'),
  );
  requireAnother(account, from);
  const cloud = await context.cloud();
  const [entries, owned, burn, held] = await Promise.all([
    standingGrant(context, { account, from }),
    cloud.accounts.owned(from),
    cloud.accounts.burn(from),
    cloud.accounts.held(from),
  ]);
  const { agreed, empty, differ } = heldByTwo(held, { needed: Math.min(2, cloud.hosts.length), from });
  const ids = reachedVms(owned, entries);
  const beyond = owned.filter(({ id }) => !ids.includes(id)).map(({ id }) => id);
  const perSecond = burn.resources.filter(({ id }) => ids.includes(id)).reduce((sum, each) => sum.plus(each.perSecond), new Exact(0));
  const creditsUsd = usd(agreed);
  const subject: RecoverSubject = { account, from, ids, creditsUsd };
  const idle = ids.length === 0 && empty;
  // what its key has made since, and what credits came, needs another agreement
  const ledger = await context.ledger();
  const begun = begunRecovery(ledger, context, { account, from });
  const asAgreed = (earlier: BegunRecovery): boolean =>
    ids.every((id) => earlier.ids.includes(id)) && takenSince(ledger, context, subject, earlier.at) + agreed <= earlier.most;
  const goesOn = begun !== null && asAgreed(begun) ? begun : null;
  const failing: Check[] =
    idle || goesOn !== null
      ? []
      : [
          {
            code: 'APPROVAL_NEEDED',
            figure: String(ids.length),
            limit: '0',
            message: `${counted(ids.length, 'VM')} of ${from} would be destroyed, what is on their disks lost, and its ${creditsUsd} USD taken back.`,
          },
        ];
  return makePlan(context.clock.now(), {
    action: 'freeze as owner',
    terms: { network: context.network, payer: account, action: 'freeze as owner', arguments: argumentsDigest, ...subject },
    subject,
    verdict: failing.length === 0 ? 'allow' : 'approve',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    notes: [
      ...(ids.length === 0 ? [] : [`They cost ${usdPerHour(perSecond)} USD per hour: ${ids.map(shortId).join(', ')}.`]),
      ...(beyond.length === 0 ? [] : [`The grant does not reach ${beyond.map(shortId).join(', ')}: only ${from} ends those.`]),
      ...(differ === null ? [] : [differ]),
      `Nothing is frozen: the key of ${from} goes on working, and can withdraw the grant at any time.`,
    ],
    summary: idle
      ? `${from} has no credits left, and no VM that the grant reaches.`
      : `${goesOn === null ? '' : `Go on with what was agreed to (${goesOn.approval}): `}${goesOn === null ? 'T' : 't'}ake the ${creditsUsd} USD of ${from} back, destroy its VMs (${ids.map(shortId).join(', ') || 'none'}), then take what is left.`,
    name: from,
  });
};

/**
 * What at least two CCN hosts (or the only one) hold of the account's credits, which is what will be taken, and a sentence where hosts say other
 * sums. `empty`: as many say that there are none. `BALANCE_UNREADABLE` where too few answer.
 */
const heldByTwo = (
  told: readonly bigint[],
  { needed, from }: { needed: number; from: string },
): { agreed: bigint; empty: boolean; differ: string | null } => {
  const held = [...told].sort((a, b) => (a < b ? 1 : -1));
  const agreed = held[needed - 1];
  const [most, least] = [held[0], held.at(-1)];
  if (agreed === undefined || most === undefined || least === undefined) {
    throw new Failure('BALANCE_UNREADABLE', `Too few CCN hosts say what ${from} holds.`, { facts: { from, answered: held.length } });
  }
  const empty = held.filter((credits) => credits <= 0n).length >= needed;
  if (most === least) return { agreed, empty, differ: null };
  return {
    agreed,
    empty,
    differ: `CCN hosts say that ${from} holds from ${usd(least)} to ${usd(most)} USD; what two of them show is taken.`,
  };
};

const requireAnother = (account: string, from: string): void => {
  if (account !== from) return;
  throw new Failure('USAGE', `${from} is the account itself, and --as-owner is for one that gave you the grant.`, {
    sideEffects: 'none',
    fix: byAgent('Leave --as-owner out.', 'freeze', { destroyAll: true }),
  });
};
