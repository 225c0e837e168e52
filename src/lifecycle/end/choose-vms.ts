import { Failure } from '../../domain/failure/failure.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { journalReadable } from '../../domain/ledger/journal.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isShownTo, shownTo } from '../caller/callers-rows.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { childrensVms } from '../children/childrens-vms.ts';
import { accountInUse } from '../operation/account-in-use.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { isDue, longestTtl } from '../timers/expiry.ts';
import { asShown, misrecorded } from '../trail/misrecorded.ts';
import { onRecord, readRecord } from '../trail/public-record.ts';

/** The VMs that a caller chooses: those named, or all live ones of the account in use that fit. */
export interface VmChoice {
  references: readonly string[];
  expired: boolean;
  /** Only VMs of this task, whoever calls; null: of any. */
  ofTask: string | null;
  all: boolean;
  /** The VMs of the agents that live in the chosen ones, too. */
  withChildren?: boolean;
}

/**
 * Returns the chosen VMs, each once. `INPUT_MISSING` where the caller named nothing, `USAGE` where names come together with --expired, --of-task
 * or --all, or children with --expired. `CLOCK_UNTRUSTED` and `JOURNAL_UNREADABLE`: in doubt no VM counts as expired.
 */
export const chooseVms = async (context: ReadContext, choice: VmChoice): Promise<VmRecord[]> => {
  if (choice.withChildren === true && choice.expired) {
    throw usage('--with-children goes with VMs that are destroyed: those of an agent whose VM has expired end by themselves.');
  }
  const chosen = await meantBy(context, choice);
  if (choice.withChildren !== true) return chosen;
  return [...chosen, ...childrensVms(await context.ledger(), chosen)];
};

const meantBy = async (context: ReadContext, choice: VmChoice): Promise<VmRecord[]> => {
  const { references, expired, ofTask, all } = choice;
  const ledger = await context.ledger();
  if (references.length > 0) {
    if (expired || all || ofTask !== null) {
      throw usage('Give names, or --expired, --of-task or --all: together they say twice which VMs are meant.');
    }
    const meant = new Map<string, VmRecord>();
    // one after the other: the first that is not there ends it
    for (const reference of new Set(references)) {
      const vm = await known(context, reference, ledger);
      meant.set(vm.id, vm);
    }
    return [...meant.values()];
  }
  if (!expired && !all && ofTask === null) throw nothingNamed(context.caller.task);
  const { address: account } = context.keys.current(context.network);
  const live = [
    ...ledger.vms({ network: context.network, account, states: liveStates, ...shownTo(context) }),
    ...(await hidden(context, account)),
  ].filter((vm) => ofTask === null || vm.task === ofTask);
  return expired ? dueAmong(context, account, live) : live;
};

/** Returns the live VMs of this account whose rows say otherwise; none where the network does not answer. */
const hidden = async (context: ReadContext, account: string): Promise<VmRecord[]> => {
  const ledger = await context.ledger();
  const listed = await context
    .cloud()
    .then((cloud) => cloud.messages.listSentBy(account))
    .catch(() => []);
  const found = misrecorded(ledger, { account, network: context.network }, listed, context.clock.now());
  return found.map(asShown).filter((vm) => isShownTo(vm, context));
};

/**
 * Finds the VM of that name or id; for an attempt that failed and whose create went on to another node, the attempt that is live. A VM that
 * only the network knows must be adopted first; the failure says so.
 */
const known = async (context: ReadContext, reference: string, ledger: LedgerReader): Promise<VmRecord> => {
  try {
    const called = vmCalled(ledger, context, reference);
    const goneOnWith = called.ending === 'failed' ? ledger.vms({ operation: called.operation, states: liveStates }) : [];
    return goneOnWith.find(({ attempt }) => attempt > called.attempt) ?? called;
  } catch (problem) {
    const stray = problem instanceof Failure && problem.code === 'VM_NOT_FOUND' ? await strayOf(context, reference) : null;
    if (stray === null) throw problem;
    throw new Failure('VM_NOT_FOUND', `VM ${stray} is live on the network and not in the ledger: only what was adopted is destroyed.`, {
      sideEffects: 'none',
      fix: agent('Adopt it first.', 'vm adopt', stray),
      facts: { id: stray },
    });
  }
};

const strayOf = async (context: ReadContext, reference: string): Promise<string | null> => {
  const account = accountInUse(context);
  if (context.caller.agent !== null || account === null || !/^[0-9a-f]{6,64}$/.test(reference)) return null;
  const listed = await context
    .cloud()
    .then((cloud) => cloud.messages.listSentBy(account))
    .catch(() => []);
  const [only, ...others] = listed.filter(({ id }) => id.startsWith(reference));
  return only === undefined || others.length > 0 ? null : shortId(only.id);
};

const usage = (message: string): Failure =>
  new Failure('USAGE', message, {
    fix: agent('See what there is.', 'vm ls'),
  });

/** `--task` says who calls and chooses nothing; a caller of a task probably means the VMs of that task. */
const nothingNamed = (task: string | null): Failure =>
  new Failure('INPUT_MISSING', 'Which VMs? Name them, or give --expired, --of-task NAME or --all.', {
    fix:
      task === null
        ? agent('List the VMs that you can name.', 'vm ls')
        : agent('List the VMs of your task; the same choice goes with vm destroy.', 'vm ls', { ofTask: task }),
  });

const dueAmong = async (context: ReadContext, account: string, live: readonly VmRecord[]): Promise<VmRecord[]> => {
  const now = context.clock.now();
  if (live.length === 0) return [];
  const ledger = await context.ledger();
  const record = await readRecord(context, account);
  const { journals } = record;
  const past = live.map((vm) => onRecord(ledger, vm, record, now)).filter((vm) => vm.state !== 'requested' && now >= vm.expiresAt);
  if (past.length === 0) return [];
  await requireClock(context);
  if (!journalReadable(journals)) throw unread(past, journals);
  const maxTtlSeconds = await longestTtl(context, account);
  return past.filter((vm) => isDue(vm, journals, now, maxTtlSeconds));
};

const unread = (vms: readonly VmRecord[], journals: readonly JournalCopy[]): Failure => {
  const answered = journals.filter(({ expiries }) => expiries !== null).length;
  const names = vms.map(({ name }) => name);
  return new Failure(
    'JOURNAL_UNREADABLE',
    `Only ${answered} of ${journals.length} CCN hosts tell whether ${names.join(', ')} were extended; nothing is ended by expiry.`,
    { sideEffects: 'none', facts: { vms: names } },
  );
};
