import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { HostWord } from '../../ports/network/messages.ts';
import { auditVm } from '../trail/audit.ts';
import { saysNothing } from './proof-of-termination.ts';

/** So often, and this far apart, somebody must have been asked in vain before his silence means anything. */
const askedAtLeast = 3;
const apartMs = 30_000;

/** Whose silence is meant: a CCN host by its URL, or the VM's node. */
export type Silent = string;
export const theNode: Silent = 'node';

/** For how long somebody has kept silent about a VM, ms; 0 until he was asked often enough. */
export type SilentFor = (who: Silent) => number;

/**
 * Notes who answers about a VM and who does not, and tells for how long those have been silent, over all processes that ever
 * asked: one look at somebody who happens to be away is no reason to act (product.md §1 rule 5). An answer ends a silence. Writes
 * only what changes that: nothing at all where everybody answers.
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

/** The same, of the CCN hosts that gave these words. */
export const noteSilentHosts = (context: ChangeContext, vm: VmRecord, words: readonly HostWord[]): Promise<SilentFor> =>
  noteSilences(context, vm, new Map(words.map((word) => [word.host, !saysNothing(word)])));

/** When each of those who are silent now was asked in vain, newest first. */
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
