import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../../domain/ledger/effect-points.ts';
import { journalReadable } from '../../domain/ledger/journal.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { LedgerReader, LedgerTransaction, NewEffect } from '../../ports/ledger.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import { provenGone } from '../ended/proof-of-termination.ts';
import { signerAtHand } from '../operation/signer-for.ts';

/** One message removes as many, and each CCN host is asked about as many VMs at once. The rest waits for the next hour. */
const mostAtOnce = 16;
const publishLimitMs = 30_000;
const hourMs = 3_600_000;
/** A removal of which no host said that it is processed is sent again as it was signed for so long; each new one leaves a row and a message behind. */
const againAfterMs = 24 * hourMs;

/** What puts an expiry into the account's journal, or found one there. */
const writers = ['extend.hold', 'adopt.taken', 'reconcile.expiry', 'reconcile.adopt'] as const satisfies readonly EffectPoint[];

/** No scheduler is asked: where fewer than two CCN hosts say that a VM is gone, its entry stays. */
const unasked = { answered: false, status: null, node: null };

interface Scope {
  account: string;
  network: string;
}

/**
 * Removes the journal entries of VMs that are settled, several by one message, so that the account's aggregate does not keep every extension
 * that there ever was. The rows alone remove nothing: two CCN hosts must answer that a VM is gone, since enforcers would end a live one too
 * early without its entry. Asks for no passphrase. What could not be done is done by a later call.
 */
export const clearJournal = async (context: ChangeContext, account: string): Promise<void> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  const open = openRemoval(ledger, scope, context.clock.now());
  if (open !== null) return send(context, account, open);
  const due = someOf(dueIn(ledger, scope), context.clock.now());
  if (due.length === 0 || needsPassphrase(context, account)) return;
  const cloud = await context.cloud();
  const journals = await cloud.accounts.journal(account);
  if (!journalReadable(journals)) return;
  const proofs = await Promise.all(due.map(async (id) => provenGone(await cloud.messages.statusOf(id), unasked, () => 0)));
  const gone = due.filter((_, index) => proofs[index]);
  const entered = gone.filter((id) => journals.some(({ expiries }) => expiries?.[id] !== undefined));
  if (entered.length > 0) await remove(context, account, entered);
  // Their extensions were never published, or an earlier call that died removed the entries.
  const absent = gone.filter((id) => !entered.includes(id));
  if (absent.length === 0) return;
  ledger.write('journal.cleared', (transaction) =>
    record(context, transaction, account, { point: 'journal.cleared', outcome: 'absent', facts: { message: null, vms: absent } }),
  );
};

/** As many as are looked at in one call, others each hour: those that no two hosts call gone keep the rest from nothing. */
const someOf = (vms: readonly string[], now: number): string[] => {
  const groups = Math.ceil(vms.length / mostAtOnce);
  const from = groups === 0 ? 0 : (Math.floor(now / hourMs) % groups) * mostAtOnce;
  return vms.slice(from, from + mostAtOnce);
};

/** The last removal where it was signed within a day and not seen processed: whoever signed it died, or the hosts would not have it. */
const openRemoval = (ledger: LedgerReader, scope: Scope, now: number): SignedMessage | null => {
  const [last] = ledger.effects({ ...scope, point: 'journal.signed' });
  if (last === undefined || now - last.at >= againAfterMs) return null;
  const { message } = factsOf('journal.signed', last);
  const isDone = ledger
    .effects({ ...scope, point: 'journal.cleared' })
    .some((effect) => factsOf('journal.cleared', effect).message === message);
  return isDone ? null : ledger.signed(message);
};

/** VMs that may have an entry which nobody needs any more, the oldest first. */
const dueIn = (ledger: LedgerReader, scope: Scope): string[] => {
  const entered = new Set(writers.flatMap((point) => ledger.effects({ ...scope, point }).map(({ vm }) => vm)));
  const cleared = ledger.effects({ ...scope, point: 'journal.cleared' }).flatMap((effect) => factsOf('journal.cleared', effect).vms);
  for (const id of cleared) entered.delete(id);
  const isDue = (vm: VmRecord): boolean =>
    vm.account === scope.account && vm.network === scope.network && vm.state === 'terminated' && vm.settled;
  const due = [...entered].flatMap((id) => (id === null ? [] : (ledger.vm(id) ?? []))).filter(isDue);
  return due.sort((a, b) => a.signedAt - b.signedAt).map(({ id }) => id);
};

const needsPassphrase = ({ keys, secrets, network }: ChangeContext, account: string): boolean => {
  const key = keys.list().find((entry) => entry.address === account && entry.network === network);
  return key === undefined || (key.kind === 'keystore' && secrets.asksForPassphrases);
};

const remove = async (context: ChangeContext, account: string, vms: string[]): Promise<void> => {
  const [ledger, cloud, signer] = await Promise.all([context.ledger(), context.cloud(), signerAtHand(context, account)]);
  if (signer === null) return;
  const message = await cloud.signing.journalRemoval({ ids: vms, at: context.clock.now() }, signer);
  const facts = { message: message.id, vms };
  ledger.write('journal.signed', (transaction) => {
    transaction.insertSigned(vms[0]!, message);
    record(context, transaction, account, { point: 'journal.signed', outcome: 'signed', facts });
  });
  await send(context, account, message);
};

const send = async (context: ChangeContext, account: string, message: SignedMessage): Promise<void> => {
  const [ledger, cloud] = await Promise.all([context.ledger(), context.cloud()]);
  const publication = await context.effect('journal.publish', () =>
    cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
  );
  if (publication.status !== 'processed') return;
  const scope = { account, network: context.network };
  const [facts] = ledger
    .effects({ ...scope, point: 'journal.signed' })
    .map((effect) => factsOf('journal.signed', effect))
    .filter((each) => each.message === message.id);
  if (facts === undefined) return;
  ledger.write('journal.cleared', (transaction) =>
    record(context, transaction, account, { point: 'journal.cleared', outcome: publication.status, facts }),
  );
};

const record = (
  { clock, network }: Pick<ChangeContext, 'clock' | 'network'>,
  transaction: LedgerTransaction,
  account: string,
  said: Pick<NewEffect<'journal.signed' | 'journal.cleared'>, 'point' | 'outcome' | 'facts'>,
): void =>
  transaction.recordEffect({
    at: clock.now(),
    network,
    account,
    agent: null,
    task: null,
    operation: null,
    vm: null,
    credits: null,
    latencyMs: null,
    ...said,
  });
