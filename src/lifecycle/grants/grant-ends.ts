import { factsOf } from '../../domain/ledger/effect-facts.ts';
import { parseInstant } from '../../domain/text/instant.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

/** A grant that is to be taken back, and when (ms). The network knows of no end: this account's gc takes it back. */
export interface GrantEnd {
  address: string;
  channel: string;
  until: number;
}

interface Scope {
  account: string;
  network: string;
}

const keyOf = (address: string, channel: string): string => `${address.toLowerCase()} ${channel}`;

/** The ends of the account's grants that still stand, by the audit trail: the newest word on each grant counts, until it is taken back. */
export const grantEnds = (ledger: Pick<LedgerReader, 'effects'>, scope: Scope): GrantEnd[] => {
  const rows = [...ledger.effects({ ...scope, point: 'authz.begin' }), ...ledger.effects({ ...scope, point: 'authz.confirmed' })];
  const ends = new Map<string, GrantEnd>();
  for (const row of rows.sort((a, b) => a.seq - b.seq)) {
    if (row.point === 'authz.begin' && row.outcome === 'grant') {
      const { address, channel, until } = factsOf('authz.begin', row);
      const at = until === undefined ? null : parseInstant(until);
      if (channel === null) continue;
      if (at === null) ends.delete(keyOf(address, channel));
      else ends.set(keyOf(address, channel), { address, channel, until: at });
    }
    if (row.point === 'authz.confirmed' && row.outcome !== 'granted') {
      const { address, channel } = factsOf('authz.confirmed', row);
      for (const [key, end] of ends)
        if (key.startsWith(`${address.toLowerCase()} `) && (channel ?? end.channel) === end.channel) ends.delete(key);
    }
  }
  return [...ends.values()];
};

/** The end of this very grant, ms; null where it has none. */
export const endOfGrant = (
  ledger: Pick<LedgerReader, 'effects'>,
  scope: Scope,
  wish: Pick<GrantEnd, 'address' | 'channel'>,
): number | null =>
  grantEnds(ledger, scope).find(({ address, channel }) => keyOf(address, channel) === keyOf(wish.address, wish.channel))?.until ?? null;
