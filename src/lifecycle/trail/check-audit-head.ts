import { lineageCheck, lineageOf } from '../../domain/ledger/audit-head.ts';
import type { JournalWord } from '../../domain/ledger/journal.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import { readAuditHead, type TrailReader } from './read-audit-head.ts';

/** Whether this ledger, as it is now, is the one that spent last from the account, by what its hosts said. */
export const checkAuditHead = (
  ledger: TrailReader,
  scope: { account: string; network: string },
  words: readonly JournalWord[],
): JudgedCheck => {
  const own = readAuditHead(ledger, scope);
  return lineageCheck(lineageOf(words, own), own);
};
