import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { findFunding } from '../funding/find-funding.ts';
import { momentOf } from '../funding/moment.ts';
import { openQuote } from '../funding/open-quote.ts';
import { unreadableFunding } from '../funding/unreadable-funding.ts';

/**
 * Refuses to take a request back whose sum was sent, or may have been: its funder would be asked for the money once more. `NETWORK_UNAVAILABLE` until
 * hosts tell. Call `prepareSignatures` first.
 */
export const requireUnanswered = async (context: ChangeContext, row: ApprovalRecord): Promise<void> => {
  const ledger = await context.ledger();
  const moment = momentOf(ledger, row, { context, now: context.clock.now() });
  const found = openQuote(ledger, row, moment);
  const [funding] = await findFunding(context, found === null ? [] : [{ row, found, moment }]);
  if (funding === undefined || funding === 'none') return;
  const says = funding === 'cannot tell' ? unreadableFunding(row.id) : `The sum that ${row.id} quotes came to the account just now.`;
  throw new Failure('NETWORK_UNAVAILABLE', says, {
    sideEffects: 'none',
    fix: agent('Make the same call again in a while; nothing more has to be sent until then.', 'approvals show', row.id),
    facts: { approval: row.id },
  });
};
