import { passableFailure } from '../../domain/failure/passable-failure.ts';
import { narrowEntry } from '../../domain/grants/grant-entry.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { changeGrants } from './change-grants.ts';
import { type GrantEnd, grantEnds } from './grant-ends.ts';
import { recordGrants } from './record-grants.ts';

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
 * Takes back the account's grants whose time is over, each by exactly the entry that it wrote: other entries, of the same address too, stay as
 * they are. What did not come to its end is due again in the next round. Returns those that could not be taken back, because the key is locked
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

const takeBack = async (context: ChangeContext, account: string, { address, channel }: GrantEnd): Promise<void> => {
  await requireClock(context);
  const ledger = await context.ledger();
  ledger.write('authz.begin', (transaction) =>
    recordGrants(context, transaction, { point: 'authz.begin', account, outcome: 'expire', facts: { address, channel } }),
  );
  const message = await changeGrants(context, account, { add: [], remove: [narrowEntry(address, channel)] });
  ledger.write('authz.confirmed', (transaction) =>
    recordGrants(context, transaction, { point: 'authz.confirmed', account, outcome: 'expired', facts: { address, channel, message } }),
  );
};
