import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { ReadContext } from '../../ports/context.ts';
import { unreadableFunding } from '../funding/unreadable-funding.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { type ApprovalStanding, approvalStanding, requireApproval } from './approval-standing.ts';

/**
 * Polls ledger and CCN hosts until the approval is granted, by somebody's word or by the money that it quotes, or used. `APPROVAL_EXPIRED` where it was denied, voided or expired, `STILL_WAITING` when
 * the time is over.
 */
export const awaitDecision = async (context: ReadContext, id: string): Promise<ApprovalStanding> => {
  const deadline = deadlineOf(context);
  const delays = pollDelays();
  for (;;) {
    const standing = await approvalStanding(context, await requireApproval(context, id));
    const { state } = standing;
    if (state === 'granted' || state === 'used') return standing;
    if (state !== 'pending' && state !== 'unsigned') {
      throw new Failure('APPROVAL_EXPIRED', `Approval ${id} is ${state}.`, { facts: { approval: id, state } });
    }
    const left = deadline - context.clock.now();
    if (left <= 0) {
      const untold = standing.quote !== null && standing.arrived === null;
      throw new Failure('STILL_WAITING', `Approval ${id} is not decided yet.${untold ? ` ${unreadableFunding(id)}` : ''}`, {
        fix: agent(untold ? 'Wait on: CCN hosts may answer again.' : 'Go on waiting; nobody has decided.', 'approvals wait', id),
        facts: { approval: id, state },
      });
    }
    await context.clock.wait(Math.min(delays(), left), context.signal);
  }
};
