import type { Connection } from '../../../src/adapters/ledger/connection.ts';
import { toStoredJson } from '../../../src/adapters/ledger/stored-json.ts';
import { decodeRow } from '../../../src/adapters/ledger/table.ts';
import { effectTable } from '../../../src/adapters/ledger/tables.ts';
import { digest } from '../../../src/domain/text/canonical-json.ts';

/** Numbers and chains all rows of the trail anew, by the rule that everybody can read: what was edited in it follows from what stands before. */
export const chainAnew = (connection: Connection): void => {
  const rows = connection.all('SELECT rowid AS place, * FROM effects ORDER BY seq, rowid');
  let previousHash = '0'.repeat(64);
  for (const [index, stored] of rows.entries()) {
    const { hash: _, ...row } = decodeRow(effectTable, stored);
    const { facts, ...rest } = { ...row, seq: index + 1, previousHash };
    const hash = digest({ ...rest, facts: toStoredJson(facts) });
    connection.run('UPDATE effects SET seq = ?, previousHash = ?, hash = ? WHERE seq = ?', [
      BigInt(index + 1),
      previousHash,
      hash,
      stored['place'] as bigint,
    ]);
    previousHash = hash;
  }
};
