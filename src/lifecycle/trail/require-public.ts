import { Failure } from '../../domain/failure/failure.ts';
import { type HeadStanding, headStanding } from '../../domain/ledger/head-standing.ts';
import type { HeadRecord } from '../../domain/ledger/ledger-records.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { signerFor } from '../operation/signer-for.ts';
import { confirmHead, giveUpHead, markHead } from './audit-head.ts';
import { publishHead, publishLimitMs } from './publish-head.ts';
import { readAuditHead } from './read-audit-head.ts';

/** Hosts show what they took within a second. */
const limitMs = 20_000;
/** Another process of this ledger that marked a later head publishes it, within this time. */
const othersMs = 2_000;
/** A head that is not shown by then was lost, and a new one is published. */
const lostMs = 5_000;
/** A confirmed head counts for this long without being read again, like all figures (product.md §1 rule 2). */
const freshMs = 10_000;

/** Hosts that have not shown their heads within this time have no word. */
const readMs = 10_000;
/**
 * However little of the call's time is left, hosts have this long for their last word on what was published, and as long again to take it
 * away: a copy that gives up without knowing of another one leaves a head behind that keeps that one from spending.
 */
const leastMs = 1_000;

export interface Matter {
  account: string;
  /** The number of the row that has to be public. */
  row: number;
  /** When the call's time is over, ms: nothing here takes longer. */
  deadline: number;
}

/** How much faster than the wall clock this one is; what bounds requests is the wall clock. */
const paceOf = ({ clock }: ChangeContext): number => clock.pace?.() ?? 1;

/** How long a request may take, by the wall clock, so that nothing ends later than `until`, ms. */
const timeTo = (context: ChangeContext, until: number, mostMs: number): number =>
  Math.max(1, Math.min(mostMs, (until - context.clock.now()) / paceOf(context)));

/** What becomes of the row where it does not become public, in the transaction that gives its head up. */
export interface Refusal {
  point: 'create.release' | 'extend.revert' | 'transfer.settled' | 'topup.settled';
  release(transaction: LedgerTransaction, code: Failure['code']): void;
}

const standingOf = async (context: ChangeContext, { account, row, deadline }: Matter): Promise<HeadStanding> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const scope = { account, network: context.network };
  const timeoutMs = Math.max(leastMs, timeTo(context, deadline, readMs));
  const words = await cloud.accounts.heads(account, ledger.head(scope)?.confirmedAt ?? 0, timeoutMs);
  // Read after the network, so that whatever another process of this ledger has published is known.
  return headStanding(words, readAuditHead(ledger, scope), { row, since: ledger.head(scope)?.confirmedAt ?? null });
};

const confirm = async (context: ChangeContext, { account }: Pick<Matter, 'account'>, standing: HeadStanding): Promise<boolean> => {
  if (standing.kind !== 'public') return false;
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  return ledger.write('ledger.head', (transaction) => confirmHead(context, transaction, scope, standing.head));
};

/**
 * Makes a row of the trail public and reads it back from two hosts, before what it pays for leaves (product.md §1 rule 2): of several copies
 * of this ledger one at most gets through. Processes of one ledger share a publication. Otherwise the row is released and this throws
 * `HEAD_UNPUBLISHED`, `LEDGER_ROLLED_BACK` (a copy of this ledger came first) or `LEDGER_OTHER`; nothing was sent then.
 */
export const requirePublic = async (context: ChangeContext, matter: Matter, refusal: Refusal): Promise<void> => {
  const ledger = await context.ledger();
  const scope = { account: matter.account, network: context.network };
  const isConfirmed = (): boolean => (ledger.head(scope)?.confirmedRows ?? 0) >= matter.row;
  const startedAt = context.clock.now();
  const giveUpAt = Math.min(startedAt + limitMs * paceOf(context), matter.deadline);
  const delays = pollDelays(300);
  let [next, seenAt]: [HeadRecord | null, number] = [ledger.head(scope), 0];
  let publishAt = next?.rows === matter.row && !next.published ? startedAt : startedAt + othersMs;
  let why = 'two CCN hosts do not show it';
  let tries = 0;
  for (;;) {
    if (isConfirmed()) return;
    // What is posted again too late would reach hosts after their last word was read: nobody would know of it, nor take it away.
    const inTime = tries === 0 || giveUpAt - context.clock.now() >= lostMs * paceOf(context);
    if (context.clock.now() >= publishAt && inTime) {
      tries += 1;
      // Another process may have marked a later head since, and is about to publish that one: identical bytes are never sent twice.
      const marked =
        next !== null && next.at === ledger.head(scope)?.at
          ? next
          : ledger.write('ledger.head', (transaction) => markHead(context, transaction, { ...scope, seenAt }));
      next = null;
      why = (await publishHead(context, marked, timeTo(context, giveUpAt, publishLimitMs))) ?? 'two CCN hosts do not show it';
      publishAt = context.clock.now() + lostMs;
    }
    const standing = await standingOf(context, { ...matter, deadline: giveUpAt });
    if (await confirm(context, matter, standing)) return;
    // Another process of this ledger gave that head up: what is still to be paid for needs a later one.
    if (standing.kind === 'public') [next, publishAt] = [null, startedAt];
    else seenAt = standing.seenAt;
    if (standing.kind === 'behind' || context.clock.now() >= giveUpAt) {
      const failure = failureOf(standing, ledger.head(scope)?.id ?? null, why);
      const gaveUp = ledger.write(refusal.point, (transaction) => {
        if (!giveUpHead(transaction, scope, matter.row)) return false;
        refusal.release(transaction, failure.code);
        return true;
      });
      if (!gaveUp) return;
      await withdraw(context, matter, standing);
      throw failure;
    }
    await context.clock.wait(Math.max(1, Math.min(delays(), giveUpAt - context.clock.now())), context.signal);
  }
};

/** Takes our heads away again where another trail's is there, so that the other one is the last one, and is not kept waiting. */
const withdraw = async (context: ChangeContext, { account, deadline }: Matter, standing: HeadStanding): Promise<void> => {
  if (standing.kind !== 'behind' && standing.kind !== 'ahead') return;
  const ids = [...new Set(standing.own.map(({ message }) => message))];
  if (ids.length === 0) return;
  try {
    const [cloud, signer] = await Promise.all([context.cloud(), signerFor(context, account)]);
    const reason = 'another copy of this ledger spends';
    const message = await cloud.signing.forget({ owner: account, ids, reason, at: context.clock.now() }, signer);
    const timeoutMs = Math.max(leastMs, timeTo(context, deadline, lostMs));
    await context.effect('ledger.withdraw', () => cloud.messages.publishEverywhere(message, { timeoutMs, signal: context.signal }));
  } catch (problem) {
    // What is refused stays refused; the other copy gives up in turn, and a person takes over.
    if (!(problem instanceof Failure)) throw problem;
  }
};

const failureOf = (standing: HeadStanding, own: string | null, why: string): Failure => {
  const nothing = { sideEffects: 'none' as const };
  if (standing.kind === 'behind' || standing.kind === 'ahead') {
    const { id, at } = standing.other;
    const [code, who] =
      id === own ? (['LEDGER_ROLLED_BACK', 'Another copy of this ledger'] as const) : (['LEDGER_OTHER', 'Another ledger'] as const);
    return new Failure(code, `${who} published a head at ${formatInstant(at)}; this one gave way and sent nothing.`, nothing);
  }
  const told = standing.kind === 'unshown' && standing.answered < standing.needed ? 'too few CCN hosts answer' : why;
  return new Failure('HEAD_UNPUBLISHED', `The head of this ledger could not be made public (${told}), so nothing was sent.`, nothing);
};

/**
 * Tells whether a row is public still: for what an earlier call made ready and did not send. Publishes nothing. A head that was confirmed less
 * than ten seconds ago is not read again.
 */
export const isPublic = async (context: ChangeContext, matter: Matter): Promise<boolean> => {
  const ledger = await context.ledger();
  const head = ledger.head({ account: matter.account });
  if (head !== null && head.confirmedRows >= matter.row && context.clock.now() - (head.checkedAt ?? 0) < freshMs) return true;
  return confirm(context, matter, await standingOf(context, matter));
};
