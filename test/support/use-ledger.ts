import { join } from 'node:path';
import { openLedger } from '../../src/adapters/ledger/open-ledger.ts';

/** Reads, or writes, the ledger of this home in this process; closed again before this returns. */
export const useLedger = <Result>(
  folder: string,
  use: (ledger: ReturnType<typeof openLedger>) => Result,
  now: () => number = () => Date.now(),
): Result => {
  const ledger = openLedger({ path: join(folder, 'ledger.sqlite'), now });
  try {
    return use(ledger);
  } finally {
    ledger.close();
  }
};
