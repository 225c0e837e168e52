import { Failure } from '../../domain/failure/failure.ts';
import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { type GrantEntry, isFor, readGrantEntries, readGrantEntry } from '../../domain/grants/grant-entry.ts';
import { lets } from '../../domain/grants/grant-powers.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import { human } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { readGrants } from '../operation/read-grants.ts';
import { signerFor } from '../operation/signer-for.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { auditAccount } from '../trail/audit.ts';
import { changeGrants } from './change-grants.ts';
import { type GrantEnd, grantEnds } from './grant-ends.ts';

/** A grant whose time is over and that could not be taken back. */
export interface OverdueGrant extends GrantEnd {
  message: string;
}

/** The account's grants whose time is over. */
export const dueGrants = async (context: Pick<ReadContext, 'ledger' | 'clock' | 'network'>, account: string): Promise<GrantEnd[]> => {
  const now = context.clock.now();
  return grantEnds(await context.ledger(), { account, network: context.network }).filter(({ until }) => now >= until);
};

/**
 * Takes back the account's grants whose time is over: of each every entry that names its address and its channel alone, however another client has
 * written it anew. Other entries, of the same address too, stay as they are. What did not come to its end is due again in the next round. Returns those that could not be taken back, because the key is locked
 * for instance.
 */
export const endGrants = async (context: ChangeContext, account: string): Promise<OverdueGrant[]> => {
  const due = await dueGrants(context, account);
  const overdue: OverdueGrant[] = [];
  for (const end of due) {
    const failure = await takeBack(context, account, end).then(() => null, passableFailure);
    if (failure === null) continue;
    const message = `The grant of ${end.address} was to end at ${formatInstant(end.until)} and stands: ${failure.message}`;
    overdue.push({ ...end, message });
  }
  return overdue;
};

const takeBack = async (context: ChangeContext, account: string, end: GrantEnd): Promise<void> => {
  await requireClock(context);
  const { address, channel } = end;
  const ledger = await context.ledger();
  const { authorizations } = await readGrants(context, account);
  const remove = authorizations.filter((raw) => isOnlyThis(readGrantEntry(raw), end));
  if (remove.length === 0) requireEnded(account, authorizations, end);
  // A locked key is found out before anything is recorded, and a round that goes on with an earlier one records no new beginning.
  else await signerFor(context, account);
  ledger.write('authz.begin', (transaction) => {
    if (isBegun(transaction, { account, network: context.network }, end)) return;
    auditAccount(context, transaction, { point: 'authz.begin', account, outcome: 'expire', facts: { address, channel } });
  });
  const message = await changeGrants(context, account, { add: [], remove });
  if (remove.length > 0) requireEnded(account, (await readGrants(context, account)).authorizations, end);
  ledger.write('authz.confirmed', (transaction) =>
    auditAccount(context, transaction, { point: 'authz.confirmed', account, outcome: 'expired', facts: { address, channel, message } }),
  );
};

const isOnlyThis = (entry: GrantEntry | null, { address, channel }: GrantEnd): boolean =>
  entry !== null && isFor(entry, address) && entry.channels.length > 0 && entry.channels.every((each) => each === channel);

/** Throws where another entry lets the address rent VMs on this channel still, for instance one that joins several channels. */
const requireEnded = (account: string, authorizations: readonly unknown[], { address, channel }: GrantEnd): void => {
  const still = readGrantEntries(authorizations).some((entry) => isFor(entry, address) && lets(entry, { type: 'INSTANCE', channel }));
  if (!still) return;
  throw new Failure('GRANT_TOO_WIDE', `another entry of ${account} lets ${address} rent VMs on channel ${channel} too.`, {
    fix: human('Take all grants of that address back.', 'authz revoke', address),
    facts: { address, channel },
  });
};

/** Has a round before this one begun to take the grant back, and not come to its end? A grant anew begins with a row of its own. */
const isBegun = (ledger: Pick<LedgerReader, 'effects'>, scope: { account: string; network: string }, end: GrantEnd): boolean => {
  const rows = ledger.effects({ ...scope, point: 'authz.begin' }).filter((row) => {
    const { address, channel } = factsOf('authz.begin', row);
    return address.toLowerCase() === end.address.toLowerCase() && channel === end.channel;
  });
  return rows.sort((a, b) => b.seq - a.seq)[0]?.outcome === 'expire';
};
