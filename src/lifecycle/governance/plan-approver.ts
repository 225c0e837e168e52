import type { Check } from '../../domain/failure/failure.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { usd } from '../../domain/money/money.ts';
import type { ApproverSubject } from '../../domain/plan/kinds/set-approver.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireKnownApprover } from './require-known-approver.ts';

export type ApproverPlan = Plan<'policy approver set' | 'policy approver remove'>;

/**
 * Plans another approver, or none (`given` null). A person at a terminal sets the first one; after that only the present approver lets
 * another in, by its signature. `APPROVER_UNFIT` for an address that must not approve; `POLICY_REFUSED` for an agent that sets the first
 * one, and where the machine's own policy names one.
 */
export const planApprover = async (
  context: ReadContext,
  action: 'policy approver set' | 'policy approver remove',
  given: string | null,
  argumentsDigest: string,
): Promise<ApproverPlan> => {
  const { address: account } = context.keys.current(context.network);
  const { approver: from, row } = await readPolicy(context, account);
  requireNotByRoot(context);
  const to = given?.toLowerCase() ?? null;
  const changed = from !== to;
  if (changed && given !== null) {
    await requireSpelling(context, given);
    await requireFit(context, account, given.toLowerCase());
  }
  if (to !== null && from === null && !context.caller.person) {
    throw new Failure('POLICY_REFUSED', 'The first approver is set by a person at a terminal.', {
      fix: human('A person runs this at a terminal.', 'policy approver set', to),
    });
  }
  if (changed) await requireKnownApprover(context, account);
  const asks = changed && from !== null;
  const failing: Check[] = asks
    ? [{ code: 'APPROVAL_NEEDED', figure: to ?? 'none', limit: from, message: `The approver ${from} decides who comes after it.` }]
    : [];
  const subject: ApproverSubject = { account, from, to, changed };
  const terms = { network: context.network, payer: account, action, arguments: argumentsDigest, policyVersion: row.version, ...subject };
  return makePlan(context.clock.now(), {
    action,
    terms,
    subject,
    verdict: asks ? 'approve' : 'allow',
    failing,
    checks: failing.map((check) => ({ ...check, ok: false })),
    summary:
      to === null
        ? `Nobody but a person at a terminal approves for ${account}.`
        : `Only ${to} approves for ${account}, from its first signature on.`,
    typed: changed,
  });
};

const requireNotByRoot = (context: ReadContext): void => {
  const root = context.rootPolicy();
  if (root === null || root.approver === null) return;
  throw new Failure('POLICY_REFUSED', `The machine's own policy names the approver ${root.approver}.`, {
    fix: human(`Only root changes ${root.path}.`),
    facts: { path: root.path, approver: root.approver },
  });
};

/** Refuses a mistyped address with `USAGE`: an address's capitals are its check digits (EIP-55). One typed all in one case carries none. */
const requireSpelling = async ({ signatures }: ReadContext, given: string): Promise<void> => {
  await signatures.prepare();
  const spelt = signatures.checksummed(given.toLowerCase());
  const digits = given.slice(2);
  if (given === spelt || digits === digits.toLowerCase() || digits === digits.toUpperCase()) return;
  throw new Failure('USAGE', `"${given}" is mistyped: its capitals do not fit its digits.`, {
    fix: human('Copy the address again from where it is kept.'),
  });
};

/**
 * Refuses with `APPROVER_UNFIT` an approver that pays or would be worth stealing: the account itself, an account's key of this home, the
 * zero address, or an address with credits, which may be an account in use.
 */
const requireFit = async (context: ReadContext, account: string, to: string): Promise<void> => {
  const accountKey = context.keys.list().find((key) => key.role === 'account' && key.address.toLowerCase() === to);
  if (to === account.toLowerCase() || accountKey !== undefined) {
    throw unfit(
      to,
      `${to} is ${accountKey === undefined ? 'the account that pays' : `the account's key "${accountKey.name}" of this home`}`,
    );
  }
  if (/^0x0+$/.test(to)) throw unfit(to, `Nobody has the key of ${to}`);
  const here = context.keys.list().find((key) => key.role === 'approver' && key.address.toLowerCase() === to);
  if (here !== undefined) {
    const why = `The approver's key "${here.name}" is in this home, with the account's: who has its passphrase here approves.`;
    context.warn('APPROVER_HERE', `${why} Make it on another machine, or under another user.`);
  }
  const cloud = await context.cloud();
  // The network books credits by the address as it is spelt, so both spellings are asked for.
  const balances = await Promise.all([to, context.signatures.checksummed(to)].map((spelling) => cloud.accounts.balance(spelling)));
  const credits = balances.reduce((sum, balance) => sum + balance.credits, 0n);
  if (credits > 0n) throw unfit(to, `${to} holds ${usd(credits)} USD of credits`);
};

const unfit = (approver: string, why: string): Failure =>
  new Failure('APPROVER_UNFIT', `${why}; an approver does nothing but approve.`, {
    fix: human('Take a wallet of its own, or a key made elsewhere.', 'keys create', 'boss', { approver: true }),
    facts: { approver },
  });
