import { Failure } from '../domain/failure.ts';
import type { JournalWord } from '../domain/journal.ts';
import { journalReadable } from '../domain/journal.ts';
import { resolveReference } from '../domain/reference.ts';
import { liveStates, type VmRecord } from '../domain/vm-record.ts';
import type { ReadContext } from '../ports/context.ts';
import { isDue } from './end-expired.ts';
import { requireClock } from './require-clock.ts';

/** Which VMs are meant: those named, or all live ones of this account that fit. */
export interface VmChoice {
  references: readonly string[];
  expired: boolean;
  /** Their task; null for any. */
  task: string | null;
  all: boolean;
}

/**
 * The VMs that are meant, each once. `INPUT_MISSING` where nothing, `USAGE` where names and kinds together
 * were given. By expiry nothing is chosen
 * on doubt: `CLOCK_UNTRUSTED`, `JOURNAL_UNREADABLE`.
 */
export const chooseVms = async (context: ReadContext, choice: VmChoice): Promise<VmRecord[]> => {
  const { references, expired, task, all } = choice;
  const ledger = await context.ledger();
  if (references.length > 0) {
    if (expired || all) throw usage('Names and --expired or --all do not go together: they say twice which VMs are meant.');
    const rows = ledger.vms({ network: context.network });
    return [...new Map(references.map((reference) => resolveReference(reference, rows)).map((vm) => [vm.id, vm])).values()];
  }
  if (!expired && !all && task === null) throw nothingNamed();
  const { address: account } = context.keys.current(context.network);
  const live = ledger.vms({ network: context.network, account, states: liveStates }).filter((vm) => task === null || vm.task === task);
  return expired ? dueAmong(context, account, live) : live;
};

const usage = (message: string): Failure =>
  new Failure('USAGE', message, {
    fix: { actor: 'agent', command: 'aleph-agent vm ls', text: 'See what there is.' },
  });

const nothingNamed = (): Failure =>
  new Failure('INPUT_MISSING', 'Which VMs? Name them, or give --expired, --task or --all.', {
    fix: { actor: 'agent', command: 'aleph-agent vm ls', text: 'See what there is.' },
  });

const dueAmong = async (context: ReadContext, account: string, live: readonly VmRecord[]): Promise<VmRecord[]> => {
  const now = context.clock.now();
  const past = live.filter((vm) => vm.state !== 'requested' && now >= vm.expiresAt);
  if (past.length === 0) return [];
  const cloud = await context.cloud();
  const [words] = await Promise.all([cloud.journal(account), requireClock(context)]);
  if (!journalReadable(words)) throw unread(past, words);
  return past.filter((vm) => isDue(vm, words, now));
};

const unread = (vms: readonly VmRecord[], words: readonly JournalWord[]): Failure => {
  const answered = words.filter(({ expiries }) => expiries !== null).length;
  const names = vms.map(({ name }) => name);
  return new Failure(
    'JOURNAL_UNREADABLE',
    `Only ${answered} of ${words.length} CCN hosts tell whether ${names.join(', ')} were extended; nothing is ended by expiry.`,
    { sideEffects: 'none', facts: { vms: names } },
  );
};
