import { anyFailure } from '../../domain/failure/any-failure.ts';
import type { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import { misrecorded, setRight } from '../trail/misrecorded.ts';
import { type PublicRecord, readRecord } from '../trail/public-record.ts';
import { beginDestroy, type DestroyPlan } from './begin-destroy.ts';
import { destroy } from './destroy.ts';
import { endExpired } from './end-expired.ts';

/** How many teardowns run side by side. */
const together = 8;

export interface Outcome {
  vm: VmRecord;
  already: boolean;
  /** Why ending this VM failed; null: it did not. */
  problem: Failure | null;
}

const unread: PublicRecord = { listed: [], journals: [] };

/**
 * Puts those rows right that call a VM gone, or another account's, which the network lists as live. Where the network does not answer, what the
 * rows say has to do.
 */
const findAgain = async (context: ChangeContext, { subject, terms }: DestroyPlan): Promise<void> => {
  const ledger = await context.ledger();
  const account = String(terms['account']);
  const isHere = (vm: VmRecord | null): boolean =>
    vm !== null && vm.network === context.network && vm.account === account && liveStates.includes(vm.state);
  const doubtful = new Set(subject.ids.filter((id) => !isHere(ledger.vm(id))));
  if (doubtful.size === 0) return;
  const listed = await context
    .cloud()
    .then((cloud) => cloud.messages.listSentBy(account))
    .catch(() => []);
  const found = misrecorded(ledger, { account, network: context.network }, listed, context.clock.now());
  await setRight(
    context,
    found.filter(({ vm }) => doubtful.has(vm.id)),
  );
};

/**
 * Ends each VM of a plan; where the plan destroys them, all are marked `stopping` before any is taken down. One VM's failure keeps no other
 * from being tried; it is that VM's `problem`.
 */
export const destroySeveral = async (context: ChangeContext, plan: DestroyPlan): Promise<Outcome[]> => {
  const { ids, ending } = plan.subject;
  const ledger = await context.ledger();
  await findAgain(context, plan);
  if (ending === 'destroy') await beginDestroy(context, plan);
  const accounts = ending === 'expired' ? [...new Set(ids.map((id) => ledger.vm(id)?.account ?? ''))] : [];
  const records = new Map<string, PublicRecord>();
  for (const account of accounts) records.set(account, await readRecord(context, account));
  const end = (id: string) =>
    ending === 'expired' ? endExpired(context, id, records.get(ledger.vm(id)?.account ?? '') ?? unread) : destroy(context, id, 'destroy');

  const outcomes: Outcome[] = [];
  for (let from = 0; from < ids.length; from += together) {
    const some = ids.slice(from, from + together);
    const settled = await Promise.allSettled(some.map(end));
    for (const [index, result] of settled.entries()) {
      if (result.status === 'fulfilled') outcomes.push({ ...result.value, problem: null });
      // A bug at one VM must not hide the outcomes of the others, so it becomes that VM's problem.
      else outcomes.push({ vm: ledger.vm(some[index]!)!, already: false, problem: anyFailure(result.reason) });
    }
  }
  return outcomes;
};
