import type { OpenLedger } from '../../adapters/ledger/open-ledger.ts';
import type { Reading } from '../safe/safe-book.ts';

/**
 * Reads a ledger that is opened to be read alone, by a program that asks the same again and again. After a failure the next reading opens
 * it anew.
 */
export const readingOf = (ledger: OpenLedger): Reading => {
  const kept = { ...ledger, ...ledger.kept(Date.now) };
  return (read) => {
    try {
      return read(kept);
    } catch (thrown) {
      ledger.close();
      throw thrown;
    }
  };
};
