import { describe, expect, it } from 'vitest';
import { connect } from '../../../src/adapters/ledger/connection.ts';
import { migrate } from '../../../src/adapters/ledger/migrate.ts';
import { migrations } from '../../../src/adapters/ledger/migrations.ts';
import { decodeRow } from '../../../src/adapters/ledger/table.ts';
import { agentTable } from '../../../src/adapters/ledger/tables.ts';

const second = { since: '0.9.0', sql: 'ALTER TABLE leases ADD COLUMN note TEXT; CREATE TABLE notes (text TEXT NOT NULL) STRICT;' };
const version = (connection: ReturnType<typeof connect>) => connection.first('PRAGMA user_version')?.['user_version'];

describe('migrations of the ledger', () => {
  it('bring an older file forward, and keep its rows', () => {
    const connection = connect(':memory:');
    migrate(connection, ':memory:', migrations);
    connection.run("INSERT INTO leases VALUES ('vm', 'me', 5)");
    migrate(connection, ':memory:', [...migrations, second]);
    expect(version(connection)).toBe(BigInt(migrations.length + 1));
    expect(connection.all('SELECT * FROM leases')).toMatchObject([{ vm: 'vm', holder: 'me', until: 5n, note: null }]);
    expect(connection.all('SELECT * FROM migrations')).toMatchObject(
      [...migrations, second].map(({ since }, index) => ({ version: BigInt(index + 1), since })),
    );
    migrate(connection, ':memory:', [...migrations, second]);
    connection.close();
  });

  it('keep the agents that were let in before one could have children', () => {
    const connection = connect(':memory:');
    const before = migrations.slice(
      0,
      migrations.findIndex(({ sql }) => sql.includes('agentsByParent')),
    );
    migrate(connection, ':memory:', before);
    connection.run("INSERT INTO agents (name, network, account, token, addedAt, joinedAt) VALUES ('ci', 'mainnet', '0x1', 'hash', 5, 6)");
    migrate(connection, ':memory:', migrations);
    const [row] = connection.all('SELECT * FROM agents');
    expect(decodeRow(agentTable, row!)).toMatchObject({
      name: 'ci',
      token: 'hash',
      joinedAt: 6,
      parent: null,
      slice: null,
      operation: null,
    });
    expect(() => decodeRow(agentTable, { ...row!, slice: '{"limits":{}}' })).toThrow('A row of agents cannot be read');
    connection.close();
  });

  it('are all there or not at all', () => {
    const connection = connect(':memory:');
    const broken = { since: '0.9.1', sql: 'CREATE TABLE half (x TEXT) STRICT; CREATE TABLE leases (x TEXT) STRICT;' };
    expect(() => migrate(connection, ':memory:', [...migrations, second, broken])).toThrow('leases');
    expect(version(connection)).toBe(0n);
    expect(connection.all('SELECT name FROM sqlite_schema')).toEqual([]);
    migrate(connection, ':memory:', [...migrations, second]);
    expect(version(connection)).toBe(BigInt(migrations.length + 1));
    connection.close();
  });
});
