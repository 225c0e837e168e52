import type { OwnTrail } from '../../domain/ledger/audit-head.ts';
import type { LedgerReader } from '../../ports/ledger.ts';

export type TrailReader = Pick<LedgerReader, 'head' | 'effects' | 'firstBrokenLink'>;

/** Returns this ledger's audit trail as far as it goes, under the name by which the account publishes it (null before the first head). */
export const readAuditHead = (ledger: TrailReader, scope: { account: string; network: string }): OwnTrail => ({
  id: ledger.head(scope)?.id ?? null,
  rows: ledger.effects({ limit: 1 })[0]?.seq ?? 0,
  hashAt(row) {
    const [found] = ledger.effects({ before: row + 1, limit: 1 });
    return found?.seq === row ? found.hash : null;
  },
  firstBroken: () => ledger.firstBrokenLink(),
});
