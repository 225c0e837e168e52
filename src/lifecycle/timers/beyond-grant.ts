import { isFor, readGrantEntries } from '../../domain/grants/grant-entry.ts';
import { lets } from '../../domain/grants/grant-powers.ts';
import { securityState } from '../../domain/grants/security-state.ts';
import { channelOf } from '../../domain/ledger/signed-text.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { Parties } from '../operation/grant-of.ts';

/**
 * Which of these VMs of the payer the account cannot end any more: the network judges a FORGET by the channel of its target, so a grant on
 * another channel than the VM's reaches it no longer (protocol-ccn.md §4.2). null where two hosts do not tell now: nobody waits for them, in
 * doubt a FORGET is tried.
 */
export const beyondGrant = async (
  context: Pick<ReadContext, 'cloud' | 'ledger'>,
  { account, payer }: Parties,
  ids: readonly string[],
): Promise<string[] | null> => {
  if (payer === account) return [];
  const [cloud, ledger] = await Promise.all([context.cloud(), context.ledger()]);
  const state = securityState(await cloud.accounts.security(payer));
  if ('doubt' in state) return null;
  const entries = readGrantEntries(state.authorizations).filter(
    (entry) => isFor(entry, account) && (entry.chain === null || entry.chain === 'ETH'),
  );
  const reaches = (channel: string | null): boolean => entries.some((entry) => lets(entry, { type: 'INSTANCE', channel }));
  const isBeyond = async (id: string): Promise<boolean> => {
    if (!reaches(null)) return true;
    const signed = ledger.signed(id);
    const stored = signed === null ? null : channelOf(signed);
    if (stored !== null && reaches(stored)) return false;
    // No signature covers a channel: two hosts are asked where the stored one is not let, or where none is stored.
    const told = await cloud.messages.channelOf(id);
    return !reaches(told ?? stored);
  };
  const beyond = await Promise.all(ids.map(isBeyond));
  return ids.filter((_id, index) => beyond[index]);
};
