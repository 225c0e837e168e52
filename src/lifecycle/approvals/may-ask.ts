import { Failure, type Fix } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { ownOf } from '../caller/callers-rows.ts';
import { stillWaits } from './is-about-gone.ts';

/** The network on which an approval is asked for. `DEVNET_NOT_RUNNING` where none tells which one it is. */
export const requireNetworkId = ({ networkId, network }: Pick<ReadContext, 'networkId' | 'network'>): string => {
  if (networkId !== null) return networkId;
  throw new Failure('DEVNET_NOT_RUNNING', `No ${network} answers, and an approval is for exactly one.`, {
    fix: agent('Start one.', 'devnet up'),
  });
};

/** Refuses an agent's request that was denied, for as long as the denied approval would have lasted. */
export const requireUndenied = (denied: readonly ApprovalRecord[], argumentsDigest: string, now: number): void => {
  const row = denied.find((each) => each.argumentsDigest === argumentsDigest && each.expiresAt > now);
  if (row === undefined) return;
  throw new Failure('APPROVAL_EXPIRED', `This was denied (${row.id}); it may be asked again after ${formatInstant(row.expiresAt)}.`, {
    fix: human('A person said no: do not ask the same again, ask what would be right.'),
    facts: { approval: row.id },
  });
};

/** Requests of one agent that may wait at once, and that it may make in a day (safe.md §5): a person reads each of them. */
const most = { open: 3, aDay: 20 };
const dayMs = 86_400_000;
const lookAgainMs = 300_000;

/** Refuses another request of an agent that has asked enough. `SAFE_BUSY`, with when it may ask again. */
export const requireRoomToAsk = (
  { caller, network }: Pick<ReadContext, 'caller' | 'network'>,
  ledger: Pick<LedgerReader, 'approvals' | 'vm'>,
  { account, now }: { account: string; now: number },
): void => {
  if (caller.agent === null) return;
  const asked = ledger.approvals({ network, account, ...ownOf({ caller }) });
  const today = asked.filter(({ requestedAt }) => requestedAt > now - dayMs);
  const open = asked.filter((row) => row.state === 'pending' && stillWaits(ledger, row, now));
  const refused = (message: string, freeAt: number, fix: Fix): Failure =>
    new Failure('SAFE_BUSY', message, {
      sideEffects: 'none',
      retryAfterSeconds: Math.max(1, Math.ceil((freeAt - now) / 1000)),
      fix,
    });
  if (open.length >= most.open)
    throw refused(
      `Agent ${caller.agent} has ${open.length} requests that wait for a person: no more than ${most.open}.`,
      // a person may decide at any time
      now + lookAgainMs,
      agent('Take back what is wanted no more, or ask again once a person has decided.', 'deny', open.at(-1)!.id),
    );
  if (today.length >= most.aDay)
    throw refused(
      `Agent ${caller.agent} has asked ${today.length} times within a day: no more than ${most.aDay}.`,
      today[0]!.requestedAt + dayMs,
      agent('See what was asked.', 'approvals ls'),
    );
};
