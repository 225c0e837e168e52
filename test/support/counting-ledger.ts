import { type OpenLedger, openMemoryLedger } from '../../src/adapters/ledger/open-ledger.ts';
import type { LedgerReader } from '../../src/ports/ledger.ts';

/** Rows that a reader gives as they are, plans and receipts included; what costs say comes as figures alone. */
const rowsOf = (name: string, found: unknown): number => {
  if (name === 'costs' || found === null || typeof found !== 'object') return 0;
  return Array.isArray(found) ? found.length : 1;
};

/** A ledger in memory that counts the rows it gives. */
export const countingLedger = (now: () => number): { ledger: OpenLedger; rowsRead(): number } => {
  let count = 0;
  const counting = <Reader extends LedgerReader>(reader: Reader): Reader =>
    new Proxy(reader, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== 'function' || name === 'write' || name === 'close') return member;
        return (...given: unknown[]): unknown => {
          const found = (member as (...asked: unknown[]) => unknown)(...given);
          count += rowsOf(String(name), found);
          return found;
        };
      },
    });
  const ledger = openMemoryLedger({ now, network: 'devnet' });
  const counted = counting(ledger);
  return {
    ledger: {
      ...counted,
      ...readers(counted),
      write: (point, change) => ledger.write(point, (transaction) => change(counting(transaction))),
      close: ledger.close,
    },
    rowsRead: () => count,
  };
};

/** A spread of a proxy takes the members past it. */
const readers = (counted: OpenLedger): OpenLedger =>
  Object.fromEntries(Object.keys(counted).map((name) => [name, counted[name as keyof OpenLedger]])) as unknown as OpenLedger;
