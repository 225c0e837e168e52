import { Failure } from '../../domain/failure/failure.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { RecoverSubject } from '../../domain/plan/kinds/destroy.ts';
import { giverOf, type TakenSubject } from '../../domain/plan/kinds/transfer.ts';
import { type OperationOf, transferOf } from '../../domain/plan/operation-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { newOperation } from '../operation/new-operation.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { insertTransfer, settleTransfer } from '../transfer/transfer-credits.ts';
import type { BegunRecovery } from './begun-recovery.ts';

/** Hosts pass messages on within seconds. */
const agreeWithinMs = 15_000;
/** Each round means that the balance sank, by an expense for instance, between its reading and the transfer. */
const mostRounds = 4;

type RecoverPlan = Plan<'freeze as owner'>;
type Sides = Pick<RecoverSubject, 'account' | 'from'>;

/**
 * Takes all credits of the plan's other account back, or, where a call goes on with an earlier agreement, no more than is left of what that one
 * named. An earlier call's transfer that did not come to its end is brought there first, so that nothing is taken twice.
 */
export const takeCredits = async (
  context: ChangeContext,
  plan: RecoverPlan,
  agreed: Pick<BegunRecovery, 'at' | 'most'> | null,
): Promise<void> => {
  const ledger = await context.ledger();
  await settleTaken(context, plan.subject);
  const delays = pollDelays();
  for (let round = 1; ; round += 1) {
    // what ended before is no reason to refuse, and what ends at the very time of the reading is
    await context.clock.wait(1, context.signal);
    const readAt = context.clock.now();
    const held = await takeable(context, plan.subject.from);
    const left = agreed === null ? held : agreed.most - takenSince(ledger, context, plan.subject, agreed.at);
    const credits = held < left ? held : left;
    if (credits <= 0n) return;
    try {
      await settleTransfer(context, await begin(context, plan, { credits, readAt }));
    } catch (thrown) {
      if (!isRejected(thrown) || round === mostRounds) throw thrown;
      await context.clock.wait(delays(), context.signal);
    }
  }
};

/** Brings the transfers that earlier calls began to their end, which may be that no credits moved. */
export const settleTaken = async (context: ChangeContext, sides: Sides): Promise<void> => {
  for (const { id } of takenBy(await context.ledger(), context, sides, 'running')) {
    await settleTransfer(context, id).catch((thrown: unknown) => {
      if (!isRejected(thrown)) throw thrown;
    });
  }
};

/** Credits that were taken since `since` (ms), by this call or by another beside it. */
export const takenSince = (ledger: LedgerReader, context: Pick<ReadContext, 'network'>, sides: Sides, since: number): bigint =>
  takenBy(ledger, context, sides, 'succeeded')
    .filter(({ endedAt }) => (endedAt ?? 0) >= since)
    .reduce((sum, operation) => sum + BigInt(transferOf(operation).subject.credits), 0n);

const takenBy = (
  ledger: LedgerReader,
  { network }: Pick<ReadContext, 'network'>,
  { account, from }: Sides,
  state: OperationRecord['state'],
): OperationRecord[] =>
  ledger.operations({ account, network, kind: 'transfer', state }).filter((operation) => giverOf(transferOf(operation).subject) === from);

const isRejected = (thrown: unknown): boolean => thrown instanceof Failure && thrown.code === 'NETWORK_REJECTED';

/**
 * The greatest sum that at least two CCN hosts (or the only one) hold of the account's credits, and 0 only where as many say so: one that says
 * less must not leave credits behind. `BALANCE_UNREADABLE` where they go on differing, or too few answer.
 */
const takeable = async (context: ChangeContext, from: string): Promise<bigint> => {
  const cloud = await context.cloud();
  const needed = Math.min(2, cloud.hosts.length);
  const giveUpAt = context.clock.now() + agreeWithinMs;
  const delays = pollDelays();
  for (;;) {
    const held = (await cloud.accounts.held(from)).sort((a, b) => (a < b ? 1 : -1));
    const agreed = held[needed - 1] ?? 0n;
    if (agreed > 0n) return agreed;
    if (held.filter((credits) => credits <= 0n).length >= needed) return 0n;
    if (context.clock.now() >= giveUpAt) {
      throw new Failure('BALANCE_UNREADABLE', `Two CCN hosts do not agree on what ${from} holds; nothing more was taken.`, {
        facts: { from, answered: held.length },
      });
    }
    await context.clock.wait(delays(), context.signal);
  }
};

/** Records and signs one transfer; the id of its operation. */
const begin = async (
  context: ChangeContext,
  { id, terms, subject: { account, from } }: RecoverPlan,
  { credits, readAt }: { credits: bigint; readAt: number },
): Promise<string> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const [signer] = await Promise.all([signerFor(context, account), requireClock(context)]);
  const message = await cloud.signing.transfer({ from, to: account, credits, expiresAt: null, at: context.clock.now() }, signer);
  const argumentsDigest = String(terms['arguments']);
  const subject: TakenSubject = { account, from, to: account, credits: String(credits), expiresAt: null, argumentsDigest, goOn: null };
  const operation: OperationOf<'transfer'> = newOperation(
    context,
    'transfer',
    { id, terms, subject, message },
    { account, task: context.caller.task, requestId: null, argumentsDigest, approval: null },
  );
  ledger.write('transfer.begin', (transaction) => insertTransfer(context, transaction, operation, readAt));
  return operation.id;
};
