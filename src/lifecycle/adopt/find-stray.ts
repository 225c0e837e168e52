import { Failure } from '../../domain/failure/failure.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import { journalReadable } from '../../domain/ledger/journal.ts';
import { agent, human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { ListedVm } from '../../ports/network/messages.ts';
import { saysAlive } from '../ended/proof-of-termination.ts';

export interface Stray {
  vm: ListedVm;
  /** The account's own journal, from enough hosts to be believed. */
  journals: JournalCopy[];
}

/**
 * Finds the live VM of this account whose item hash begins with `reference`, confirmed by two CCN hosts. `VM_NOT_FOUND`, `AMBIGUOUS_ID`;
 * `NOT_OURS` for a VM that another account sent; `NETWORK_UNAVAILABLE`, `JOURNAL_UNREADABLE` where only one host answers.
 */
export const findStray = async (context: ReadContext, account: string, reference: string): Promise<Stray> => {
  const cloud = await context.cloud();
  const fitting = (await cloud.messages.listSentBy(account)).filter(({ id }) => id.startsWith(reference));
  if (fitting.length > 1) {
    const ids = fitting.map(({ id }) => id);
    throw new Failure('AMBIGUOUS_ID', `${ids.length} VMs have ids that begin with "${reference}": give more digits.`, { facts: { ids } });
  }
  const [vm] = fitting;
  if (vm === undefined) throw await unlisted(context, account, reference);
  const [hosts, journals] = await Promise.all([cloud.messages.statusOf(vm.id), cloud.accounts.journal(account)]);
  const alive = hosts.filter((one) => saysAlive([one])).length;
  if (alive < Math.min(2, hosts.length)) {
    throw new Failure(
      'NETWORK_UNAVAILABLE',
      `Only ${alive} of ${hosts.length} CCN hosts answer that VM ${shortId(vm.id)} is live; it takes two.`,
      {
        sideEffects: 'none',
        facts: { id: shortId(vm.id) },
      },
    );
  }
  if (!journalReadable(journals)) {
    throw new Failure('JOURNAL_UNREADABLE', `Fewer than two CCN hosts tell which expiry is published for VM ${shortId(vm.id)}.`, {
      sideEffects: 'none',
      facts: { id: shortId(vm.id) },
    });
  }
  return { vm, journals };
};

const unlisted = async (context: ReadContext, account: string, reference: string): Promise<Failure> => {
  const stored = /^[0-9a-f]{64}$/.test(reference) ? await (await context.cloud()).messages.vm(reference) : null;
  const id = shortId(reference);
  if (stored !== null && stored.sender !== account) {
    return new Failure('NOT_OURS', `VM ${id} was made by another account (${stored.sender}) than ${account}: it is not adopted.`, {
      sideEffects: 'none',
      fix: human('Whoever holds the key of that account takes care of it.'),
      facts: { id, sender: stored.sender, owner: stored.owner },
    });
  }
  const message =
    stored === null ? `The network lists no live VM of ${account} whose id begins with "${id}".` : `VM ${id} is ${stored.status}.`;
  return new Failure('VM_NOT_FOUND', message, {
    fix: agent('See which VMs of this account nobody claims.', 'gc'),
  });
};
