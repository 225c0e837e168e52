import type { Facts } from '../../domain/ledger/effect-facts.ts';
import type { OperationRecord } from '../../domain/ledger/ledger-records.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';

type Point = Extract<keyof Facts, `transfer.${string}` | `topup.${string}`>;

/** Writes a step of a payment, a transfer or a top-up, into the trail. It is about no VM. */
export const recordPayment = <At extends Point>(
  context: ChangeContext,
  transaction: LedgerTransaction,
  point: At,
  { id, network, account, agent, task }: Pick<OperationRecord, 'id' | 'network' | 'account' | 'agent' | 'task'>,
  { outcome, credits, facts }: { outcome: string; credits: bigint | null; facts: Facts[At] },
): void =>
  transaction.recordEffect({
    at: context.clock.now(),
    point,
    network,
    account,
    agent,
    task,
    operation: id,
    vm: null,
    outcome,
    credits,
    latencyMs: null,
    facts,
  });
