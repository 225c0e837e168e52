import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/ledger/connection.ts';
import { migrate } from '../../../src/adapters/ledger/migrate.ts';
import { migrations } from '../../../src/adapters/ledger/migrations.ts';

const known = BigInt(migrations.length);
const second = { since: '0.2.0', sql: 'ALTER TABLE leases ADD COLUMN note TEXT; CREATE TABLE notes (text TEXT NOT NULL) STRICT;' };
const version = (connection: ReturnType<typeof connect>) => connection.first('PRAGMA user_version')?.['user_version'];

describe('migrations of the ledger', () => {
  it('bring an older file forward, and keep its rows', () => {
    const connection = connect(':memory:');
    migrate(connection, ':memory:', migrations);
    connection.run("INSERT INTO leases VALUES ('vm', 'me', 5)");
    migrate(connection, ':memory:', [...migrations, second]);
    expect(version(connection)).toBe(known + 1n);
    expect(connection.all('SELECT * FROM leases')).toMatchObject([{ vm: 'vm', holder: 'me', until: 5n, note: null }]);
    expect(connection.all('SELECT * FROM migrations')).toMatchObject([
      ...migrations.map(({ since }, place) => ({ version: BigInt(place + 1), since })),
      { version: known + 1n, since: '0.2.0' },
    ]);
    migrate(connection, ':memory:', [...migrations, second]);
    connection.close();
  });

  it('are all there or not at all', () => {
    const connection = connect(':memory:');
    const broken = { since: '0.3.0', sql: 'CREATE TABLE half (x TEXT) STRICT; CREATE TABLE leases (x TEXT) STRICT;' };
    expect(() => migrate(connection, ':memory:', [...migrations, second, broken])).toThrow('leases');
    expect(version(connection)).toBe(0n);
    expect(connection.all('SELECT name FROM sqlite_schema')).toEqual([]);
    migrate(connection, ':memory:', [...migrations, second]);
    expect(version(connection)).toBe(known + 1n);
    connection.close();
  });
});
