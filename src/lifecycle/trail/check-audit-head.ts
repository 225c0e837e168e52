import { lineageCheck, lineageOf } from '../../domain/ledger/audit-head.ts';
import type { JournalWord } from '../../domain/ledger/journal.ts';
import type { JudgedCheck } from '../../domain/limits/judged-check.ts';
import { readAuditHead, type TrailReader } from './read-audit-head.ts';

/** Checks, by what the account's hosts say, whether this ledger is the one that spent last from the account. */
export const checkAuditHead = (
  ledger: TrailReader,
  scope: { account: string; network: string },
  words: readonly JournalWord[],
): JudgedCheck => {
  const own = readAuditHead(ledger, scope);
  return lineageCheck(lineageOf(words, own), own);
};
