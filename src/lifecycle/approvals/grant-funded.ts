import { storedPost } from '../../domain/approval/signed-transfer.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { findFunding } from '../funding/find-funding.ts';
import { momentOf } from '../funding/moment.ts';
import { openQuote } from '../funding/open-quote.ts';
import { unreadableFunding } from '../funding/unreadable-funding.ts';
import { prepareSignatures } from '../policy/policy-history.ts';
import { isGiven } from './is-given.ts';
import { recordApproval } from './record-approval.ts';

interface Wanted {
  argumentsDigest: string;
  /** null: any request of the same call. */
  id: string | null;
  account: string | null;
}

/** Grants the request of exactly this call that a transfer of its funder has answered. The row then holds the funder's signature. */
export const grantFunded = async (context: ChangeContext, { argumentsDigest, id, account }: Wanted): Promise<void> => {
  const ledger = await context.ledger();
  const { network } = context;
  const now = context.clock.now();
  const waiting = ledger
    .approvals({ state: 'pending', network, ...(account === null ? {} : { account }) })
    .filter((row) => row.argumentsDigest === argumentsDigest && row.expiresAt > now && (id === null || row.id === id));
  if (waiting.length === 0) return;
  await prepareSignatures(context);
  const asked = waiting.flatMap((row) => {
    const moment = momentOf(ledger, row, { context, now });
    const found = openQuote(ledger, row, moment);
    return found === null ? [] : [{ row, found, moment }];
  });
  for (const [index, post] of (await findFunding(context, asked)).entries()) {
    const { row } = asked[index]!;
    if (post === 'cannot tell') context.warn('FUNDING_UNREADABLE', unreadableFunding(row.id));
    if (typeof post === 'string') continue;
    ledger.write('approval.grant', (transaction) => {
      const pending = transaction.approval(row.id);
      if (pending?.state !== 'pending') return;
      const granted: ApprovalRecord = {
        ...pending,
        state: 'granted',
        decidedAt: context.clock.now(),
        decidedBy: post.sender,
        signature: storedPost(post),
      };
      if (!isGiven(transaction, granted, momentOf(transaction, granted, { context, now: context.clock.now() }))) return;
      transaction.updateApproval(row.id, granted);
      recordApproval(context, transaction, 'approval.grant', granted, post.sender, { transfer: post.id });
    });
  }
};
