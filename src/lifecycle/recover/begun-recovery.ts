import { approvalSeconds } from '../../domain/approval/approval-seconds.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import { parseUsd } from '../../domain/money/money.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { wasGiven } from '../approvals/is-given.ts';
import { useOf } from '../approvals/use-of.ts';

/** A recovery that did not come to its end, and what was agreed to. */
export interface BegunRecovery {
  plan: string;
  approval: string;
  /** Item hashes of the VMs that may be ended. */
  ids: readonly string[];
  /** When the approval was used, ms. */
  at: number;
  /** How many credits may be taken since: those that the plan named. What came later needs another agreement. */
  most: bigint;
}

/**
 * The recovery of the last day that was begun and not done: the same call goes on with what was agreed to. Its approval is proven once more, because
 * anybody who can write the ledger can append that one was begun. Call `prepareSignatures` first.
 */
export const begunRecovery = (
  ledger: LedgerReader,
  context: Pick<ReadContext, 'signatures' | 'rootPolicy' | 'networkId' | 'network' | 'clock'>,
  { account, from }: { account: string; from: string },
): BegunRecovery | null => {
  const { network } = context;
  const since = context.clock.now() - approvalSeconds * 1000;
  const begun = ledger
    .effects({ account, network, point: 'recover.begin', since })
    .map((effect) => factsOf('recover.begin', effect))
    .find((each) => each.from === from);
  if (begun === undefined) return null;
  const done = ledger
    .effects({ account, network, point: 'recover.done' })
    .some((effect) => factsOf('recover.done', effect).plan === begun.plan);
  const row = ledger.approvals({ account, network, state: 'used' }).findLast(({ planId }) => planId === begun.plan);
  const use = row === undefined ? null : useOf(ledger, row);
  if (done || row === undefined || use === null || use.at < since || !wasGiven(ledger, row, context)) return null;
  const plan = readPlan(row);
  if (plan.action !== 'freeze as owner' || plan.subject.from !== from) return null;
  const { ids, creditsUsd } = plan.subject;
  return { plan: begun.plan, approval: row.id, ids, at: use.at, most: creditsUsd.startsWith('-') ? 0n : parseUsd(creditsUsd) };
};
