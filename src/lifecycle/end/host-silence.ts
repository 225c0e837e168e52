import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { HostStatus } from '../../ports/network/messages.ts';
import { saysNothing } from '../ended/proof-of-termination.ts';
import { auditVm } from '../trail/audit.ts';

/** A host counts as silent only after this many unanswered looks, this far apart: one missed look means nothing. */
const askedAtLeast = 3;
const apartMs = 30_000;

/** Whoever is silent: a CCN host by its URL, or the VM's node. */
export type Silent = string;
export const theNode: Silent = 'node';

/** Returns for how long a host or the node has been silent about a VM, ms; 0 until enough looks at it went unanswered. */
export type SilentFor = (who: Silent) => number;

/**
 * Records in the audit trail which hosts answer about a VM and which are silent, and returns how long each silence has lasted, over the
 * looks of all processes: a host that is away for one look is no reason to act (product.md §1 rule 5). An answer ends a silence. Writes a
 * row only when a silence begins, counts one more look or ends; nothing while everybody answers.
 */
export const noteSilences = async (context: ChangeContext, vm: VmRecord, answered: ReadonlyMap<Silent, boolean>): Promise<SilentFor> => {
  const ledger = await context.ledger();
  const now = context.clock.now();
  const news = (reader: Pick<LedgerReader, 'effects'>): [Silent, boolean][] => {
    const runs = silencesOf(reader, vm);
    return [...answered].filter(([who, answers]) => {
      const run = runs.get(who) ?? [];
      if (answers) return run.length > 0;
      return run.length === 0 || (run.length < askedAtLeast && now - run[0]! >= apartMs);
    });
  };
  if (news(ledger).length > 0) {
    ledger.write('watch.silence', (transaction) => {
      for (const [who, answers] of news(transaction)) {
        auditVm(context, transaction, 'watch.silence', vm, { outcome: answers ? 'answers' : 'silent', facts: { who } });
      }
    });
  }
  const runs = silencesOf(ledger, vm);
  return (who) => {
    const run = runs.get(who) ?? [];
    return run.length < askedAtLeast ? 0 : now - run.at(-1)!;
  };
};

/** Does `noteSilences` for the CCN hosts that gave these statuses of the VM's message. */
export const noteSilentHosts = (context: ChangeContext, vm: VmRecord, statuses: readonly HostStatus[]): Promise<SilentFor> =>
  noteSilences(context, vm, new Map(statuses.map((one) => [one.host, !saysNothing(one)])));

/** Returns for each host that is silent now the times (ms, newest first) of the looks that it did not answer. */
const silencesOf = (ledger: Pick<LedgerReader, 'effects'>, vm: VmRecord): Map<Silent, number[]> => {
  const runs = new Map<Silent, number[]>();
  const ended = new Set<Silent>();
  for (const effect of ledger.effects({ vm: vm.id, point: 'watch.silence' })) {
    const { outcome, at } = effect;
    const { who } = factsOf('watch.silence', effect);
    if (outcome === 'answers') ended.add(who);
    else if (!ended.has(who)) runs.set(who, [...(runs.get(who) ?? []), at]);
  }
  return runs;
};
