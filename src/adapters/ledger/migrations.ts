/** One step of the schema, and the first version of this program that understands it. */
export interface Migration {
  since: string;
  sql: string;
}

const first = `
CREATE TABLE operations (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, network TEXT NOT NULL, account TEXT NOT NULL, task TEXT, requestId TEXT,
  argumentsDigest TEXT NOT NULL, state TEXT NOT NULL, plan TEXT NOT NULL, approval TEXT, startedAt INTEGER NOT NULL,
  endedAt INTEGER, failure TEXT, breaker INTEGER NOT NULL CHECK (breaker IN (0, 1))
) STRICT;
CREATE INDEX operationsByRequest ON operations (account, network, kind, requestId) WHERE requestId IS NOT NULL;
CREATE INDEX operationsByStart ON operations (startedAt);

CREATE TABLE vms (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, label TEXT NOT NULL, network TEXT NOT NULL, account TEXT NOT NULL, payer TEXT NOT NULL,
  task TEXT, operation TEXT NOT NULL, attempt INTEGER NOT NULL,
  state TEXT NOT NULL, spec TEXT NOT NULL, node TEXT NOT NULL, ttlSeconds INTEGER NOT NULL, signedAt INTEGER NOT NULL,
  expiresAt INTEGER NOT NULL, processedAt INTEGER, healthyAt INTEGER, stoppingAt INTEGER, terminatedAt INTEGER,
  notifiedAt INTEGER, rate TEXT NOT NULL, hold INTEGER NOT NULL CHECK (hold >= 0), endpoint TEXT, ipv6 TEXT, ending TEXT,
  receipt TEXT, settled INTEGER NOT NULL CHECK (settled IN (0, 1)), billed INTEGER NOT NULL CHECK (billed >= 0),
  billedAt INTEGER, updatedAt INTEGER NOT NULL
) STRICT;
CREATE INDEX vmsBySigning ON vms (signedAt, id);
CREATE INDEX vmsByOperation ON vms (operation);
CREATE TRIGGER vmsStay BEFORE DELETE ON vms BEGIN SELECT RAISE(ABORT, 'rows of VMs are never deleted'); END;

CREATE TABLE signed (
  id TEXT PRIMARY KEY, vm TEXT NOT NULL REFERENCES vms (id) DEFERRABLE INITIALLY DEFERRED, kind TEXT NOT NULL,
  bytes TEXT NOT NULL, signedAt INTEGER NOT NULL
) STRICT;
CREATE INDEX signedByVm ON signed (vm);

CREATE TABLE approvals (
  id TEXT PRIMARY KEY, network TEXT NOT NULL, account TEXT NOT NULL, planId TEXT NOT NULL, plan TEXT NOT NULL,
  argumentsDigest TEXT NOT NULL, state TEXT NOT NULL, requestedAt INTEGER NOT NULL, decidedAt INTEGER, decidedBy TEXT,
  expiresAt INTEGER NOT NULL, usedBy TEXT
) STRICT;

CREATE TABLE policies (
  account TEXT NOT NULL, network TEXT NOT NULL, version INTEGER NOT NULL, limits TEXT NOT NULL, authorisedAt INTEGER NOT NULL,
  acknowledgedBalance INTEGER, setAt INTEGER NOT NULL, setBy TEXT NOT NULL, PRIMARY KEY (account, network, version)
) STRICT;

CREATE TABLE effects (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, point TEXT NOT NULL, network TEXT NOT NULL, account TEXT NOT NULL, task TEXT,
  operation TEXT, vm TEXT, outcome TEXT NOT NULL, credits INTEGER, latencyMs INTEGER, facts TEXT NOT NULL,
  previousHash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX effectsByTime ON effects (at);
CREATE INDEX effectsByVm ON effects (vm) WHERE vm IS NOT NULL;
CREATE INDEX effectsByOperation ON effects (operation) WHERE operation IS NOT NULL;
CREATE TRIGGER effectsKeep BEFORE UPDATE ON effects BEGIN SELECT RAISE(ABORT, 'effects are never changed'); END;
CREATE TRIGGER effectsStay BEFORE DELETE ON effects BEGIN SELECT RAISE(ABORT, 'effects are never deleted'); END;

CREATE TABLE expenses (
  account TEXT NOT NULL, network TEXT NOT NULL, ref TEXT NOT NULL, vm TEXT, credits INTEGER NOT NULL CHECK (credits >= 0),
  at INTEGER NOT NULL, PRIMARY KEY (account, network, ref)
) STRICT;
CREATE INDEX expensesByTime ON expenses (account, network, at);

CREATE TABLE leases (vm TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
`;

const enforcers = `
CREATE TABLE enforcers (
  network TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, expiresAt INTEGER, limitAt INTEGER, digest TEXT,
  problem TEXT, verifiedAt INTEGER, PRIMARY KEY (network, subject, kind)
) STRICT;
`;

/** Never edited once released: a change of the schema is a new entry. The position in the list is the file's `user_version`. */
export const migrations: readonly Migration[] = [
  { since: '0.1.0', sql: first },
  { since: '0.2.0', sql: enforcers },
];
