import { type Check, Failure } from '../../domain/failure/failure.ts';
import { usd } from '../../domain/money/money.ts';
import type { TransferSubject } from '../../domain/plan/kinds/transfer.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import { transferOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import { sendMore } from '../../domain/topup/send-more.ts';
import type { ReadContext } from '../../ports/context.ts';
import { accountStanding } from '../account/account-standing.ts';
import { allowanceOf } from '../account/allowance.ts';
import { refuseWithPayer } from '../operation/payer-of.ts';
import { requireSpelt } from '../operation/require-spelt.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { policyChecks } from '../trail/policy-checks.ts';

const dayMs = 86_400_000;
/** A sum this many times the owner's own spending limit is typed, so that a slipped decimal point is seen. */
const unusualTimes = 5n;

export interface TransferWish {
  to: string;
  credits: bigint;
  /** Ms; null for never. */
  expiresAt: number | null;
}

/**
 * Plans to send credits from the account in use. Needs a person, or the approver where there is one: credits that are sent never flow back
 * by themselves. `USAGE` for an address whose capitals are not those of EIP-55, which the network would take for another account.
 */
export const planAllow = async (context: ReadContext, wish: TransferWish, argumentsDigest: string): Promise<Plan<'credits allow'>> => {
  refuseWithPayer(context, 'credits allow');
  const { address: account } = context.keys.current(context.network);
  const policy = await readPolicy(context, account);
  requireOwnRoots(context, policy);
  const begun = await begunTransfer(context, account, argumentsDigest);
  if (begun !== null) return makePlan(context.clock.now(), { action: 'credits allow', ...goingOn(context, 'credits allow', begun) });
  await requireSpelt(
    context,
    wish.to,
    human('Copy the address again from where it is kept; keys show prints it as it must be.', 'keys show'),
  );
  requireOther(account, wish.to);
  requireLasting(wish.expiresAt, context.clock.now());
  const [relied, stays] = await Promise.all([policyChecks(context, account), whatStays(context, account, wish.credits)]);
  const { credits } = stays;
  const checks = [...relied, ...stays.checks];
  const unusual = wish.credits > policy.limits.maxTotalCredits * unusualTimes;
  const asks = policy.approver !== null || !context.caller.person || unusual;
  const asking: Check[] = asks
    ? [
        {
          code: 'APPROVAL_NEEDED',
          figure: usd(wish.credits),
          limit: '0',
          message: `${usd(wish.credits)} USD of credits would leave the account for good${unusual ? `, more than ${unusualTimes} times its spending limit` : ''}.`,
        },
      ]
    : [];
  const subject: TransferSubject = { account, ...wish, credits: String(wish.credits), argumentsDigest, goOn: null };
  const denied = checks.some(({ ok }) => !ok);
  const failing = denied ? checks.filter(({ ok }) => !ok) : asking;
  return makePlan(context.clock.now(), {
    action: 'credits allow',
    terms: termsOf(context, 'credits allow', subject),
    subject,
    verdict: denied ? 'deny' : asks ? 'approve' : 'allow',
    failing,
    checks: [...checks, ...asking.map((check) => ({ ...check, ok: false }))],
    notes: [
      `You keep ${usd(credits - wish.credits)} USD.`,
      wish.expiresAt === null
        ? 'They do not expire, unless they come from credits of yours that do.'
        : `What is left of them at ${formatInstant(wish.expiresAt)} is lost: it does not come back to you.`,
      ...(await dormantNotes(context, wish.to)),
    ],
    summary: `Send ${usd(wish.credits)} USD of credits to ${wish.to}.`,
  });
};

/**
 * Plans to send credits (null: all that the VMs do not need) back to whoever gave them, and no more than that. Nobody is asked, because they
 * go to nobody else.
 */
export const planReturn = async (context: ReadContext, wanted: bigint | null, argumentsDigest: string): Promise<Plan<'credits return'>> => {
  refuseWithPayer(context, 'credits return');
  const { address: account } = context.keys.current(context.network);
  requireOwnRoots(context, await readPolicy(context, account));
  const begun = await begunTransfer(context, account, argumentsDigest);
  if (begun !== null) return makePlan(context.clock.now(), { action: 'credits return', ...goingOn(context, 'credits return', begun) });
  const { giver, left } = await allowanceOf(context, account);
  const returned = wanted ?? (await freeOf(context, account, left));
  const { checks: held, credits } = await whatStays(context, account, returned);
  const less = agent('Return only what the VMs do not need, or destroy VMs first.', 'credits return');
  const checks = [...held.map((check) => (check.ok ? check : { ...check, fix: less })), givenCheck(giver, left, returned)];
  const failing = checks.filter(({ ok }) => !ok);
  const subject: TransferSubject = { account, to: giver, credits: String(returned), expiresAt: null, argumentsDigest, goOn: null };
  return makePlan(context.clock.now(), {
    action: 'credits return',
    terms: termsOf(context, 'credits return', subject),
    subject,
    verdict: failing.length === 0 ? 'allow' : 'deny',
    failing,
    checks,
    notes: [`The account keeps ${usd(credits - returned)} USD. Returned credits keep the day on which they expire.`],
    summary: `Return ${usd(returned)} USD of credits to ${giver}, who gave them.`,
  });
};

/** What the VMs do not need, as far as it was given. */
const freeOf = async (context: ReadContext, account: string, left: bigint): Promise<bigint> => {
  const { credits, needed } = await whatStays(context, account, 0n);
  const free = credits > needed ? credits - needed : 0n;
  return free < left ? free : left;
};

export const givenCheck = (giver: string, left: bigint, returned: bigint): Check & { ok: boolean } => ({
  code: 'ALLOWANCE_NOT_FOUND',
  figure: usd(returned),
  limit: usd(left),
  message: `${giver} gave ${usd(left)} USD that were not returned yet; more goes to nobody without a person.`,
  ok: returned <= left,
});

/** What an earlier call of the same sent or was about to send, where it died before it knew how that ended; null where none did. */
const begunTransfer = async (context: ReadContext, account: string, argumentsDigest: string): Promise<TransferSubject | null> => {
  const begun = (await context.ledger())
    .operations({ account, network: context.network, kind: 'transfer', state: 'running' })
    .find((operation) => operation.argumentsDigest === argumentsDigest);
  return begun === undefined ? null : { ...transferOf(begun).subject, goOn: begun.id };
};

/** The parts of a plan that goes on with a begun transfer: nothing is judged or asked again, because nothing more is sent. */
const goingOn = (context: ReadContext, action: string, subject: TransferSubject) => ({
  terms: termsOf(context, action, subject),
  subject,
  summary: `Go on with sending ${usd(BigInt(subject.credits))} USD of credits to ${subject.to}.`,
});

const termsOf = (context: ReadContext, action: string, subject: TransferSubject) => ({
  network: context.network,
  payer: subject.account,
  action,
  ...subject,
  arguments: subject.argumentsDigest,
});

/** What remains must carry the VMs that run: below 24 h of its burn the network removes them. */
export const whatStays = async (
  context: ReadContext,
  account: string,
  leaving: bigint,
): Promise<{ checks: (Check & { ok: boolean })[]; credits: bigint; needed: bigint }> => {
  const { balance, reserve, committed } = await accountStanding(context, { account, payer: account });
  const needed = reserve + committed;
  const stays = balance.credits - leaving;
  const enough = stays >= needed && leaving > 0n;
  const check = {
    code: 'CREDIT_RESERVE_SHORT' as const,
    figure: usd(needed + leaving),
    limit: usd(balance.credits),
    message: `The account holds ${usd(balance.credits)} USD and needs ${usd(needed)} USD for its VMs; ${usd(leaving)} USD would leave ${stays > 0n ? usd(stays) : 'less than nothing'}.`,
    ok: enough,
    ...(enough || stays >= needed ? {} : { fix: sendMore(needed - stays) }),
  };
  return { checks: [check], credits: balance.credits, needed };
};

const requireOther = (account: string, to: string): void => {
  if (account !== to) return;
  throw new Failure('USAGE', `${to} is the account itself.`, { fix: human('Give the address of the account that is to get credits.') });
};

const requireLasting = (expiresAt: number | null, now: number): void => {
  if (expiresAt === null || expiresAt >= now + dayMs) return;
  throw new Failure('USAGE', `Credits that expire at ${formatInstant(expiresAt)} last less than a day, and a VM needs a day's reserve.`, {
    fix: human('Give them at least a day, like --expires 30d.'),
  });
};

/** Rejected creates that anybody may post again once the account has credits. */
const dormantNotes = async (context: ReadContext, to: string): Promise<string[]> => {
  const dormant = (await context.ledger()).vms({ network: context.network, account: to, states: ['dormant'] });
  if (dormant.length === 0) return [];
  const named = dormant.map(({ name, id }) => `${name} (${shortId(id)})`).join(', ');
  return [`The network refused ${named} for want of credits; whoever posts them again after this brings them to life.`];
};
