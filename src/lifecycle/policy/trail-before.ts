import type { LedgerReader } from '../../ports/ledger.ts';

/** The ledger with its audit trail as it was before a row: what counted then is told by earlier rows alone. */
export const trailBefore = (ledger: LedgerReader, seq: number): LedgerReader => ({
  ...ledger,
  effects: (filter = {}) => ledger.effects({ ...filter, before: Math.min(filter.before ?? seq, seq) }),
});
