import type { Transfer, TransfersCopy } from '../../ports/network/accounts.ts';

/** The rows that two CCN hosts (or the only one) show alike, oldest first: one host's word makes nobody a giver, and no gift returned. */
export const agreedTransfers = (copies: readonly TransfersCopy[]): Transfer[] => {
  const needed = Math.min(2, copies.length);
  const shown = new Map<string, { row: Transfer; hosts: Set<string> }>();
  for (const { host, rows } of copies) {
    for (const row of rows ?? []) {
      const key = `${row.post} ${row.other} ${row.credits}`;
      const known = shown.get(key) ?? { row, hosts: new Set() };
      shown.set(key, { ...known, hosts: known.hosts.add(host) });
    }
  }
  return [...shown.values()].filter(({ hosts }) => hosts.size >= needed).map(({ row }) => row);
};

/**
 * What is left of what each address gave, by rows in the order of their time. What went back beyond a gift was no part of it, so a later gift
 * counts whole.
 */
export const leftByGiver = (rows: readonly Pick<Transfer, 'other' | 'credits'>[]): Map<string, bigint> => {
  const left = new Map<string, bigint>();
  for (const { other, credits } of rows) {
    const sum = (left.get(other) ?? 0n) + credits;
    left.set(other, sum > 0n ? sum : 0n);
  }
  return left;
};
