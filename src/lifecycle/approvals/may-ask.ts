import { Failure } from '../../domain/failure/failure.ts';
import type { ApprovalRecord } from '../../domain/ledger/ledger-records.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ReadContext } from '../../ports/context.ts';

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
