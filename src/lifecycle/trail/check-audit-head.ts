import { lineageCheck, lineageOf } from '../../domain/ledger/audit-head.ts';
import type { JournalCopy } from '../../domain/ledger/journal.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import { readAuditHead, type TrailReader } from './read-audit-head.ts';

/** Checks, by what the account's hosts say, whether this ledger is the one that spent last from the account. */
export const checkAuditHead = (
  ledger: TrailReader,
  scope: { account: string; network: string },
  journals: readonly JournalCopy[],
): JudgedCheck => {
  const own = readAuditHead(ledger, scope);
  return lineageCheck(lineageOf(journals, own), own);
};
