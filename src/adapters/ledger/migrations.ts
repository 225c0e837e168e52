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

const budgets = `
ALTER TABLE vms ADD COLUMN protected INTEGER NOT NULL DEFAULT 0 CHECK (protected IN (0, 1));
ALTER TABLE policies ADD COLUMN tasks TEXT NOT NULL DEFAULT '{}';
CREATE TABLE heads (
  account TEXT NOT NULL, network TEXT NOT NULL, id TEXT NOT NULL, rows INTEGER NOT NULL, head TEXT NOT NULL, at INTEGER NOT NULL,
  published INTEGER NOT NULL CHECK (published IN (0, 1)), replaces TEXT, PRIMARY KEY (account, network)
) STRICT;
`;

const approver = `
ALTER TABLE approvals ADD COLUMN payer TEXT NOT NULL DEFAULT '';
ALTER TABLE approvals ADD COLUMN policyVersion INTEGER NOT NULL DEFAULT 0;
ALTER TABLE approvals ADD COLUMN nonce TEXT NOT NULL DEFAULT '';
ALTER TABLE approvals ADD COLUMN purpose TEXT;
ALTER TABLE approvals ADD COLUMN signature TEXT;
ALTER TABLE policies ADD COLUMN approver TEXT;
ALTER TABLE policies ADD COLUMN seal TEXT;
ALTER TABLE policies ADD COLUMN overlay TEXT NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN overlayTasks TEXT NOT NULL DEFAULT '{}';
CREATE INDEX effectsByPoint ON effects (point, network);

CREATE TABLE nonces (nonce TEXT PRIMARY KEY, approval TEXT NOT NULL, usedAt INTEGER NOT NULL) STRICT;
CREATE TRIGGER noncesKeep BEFORE UPDATE ON nonces BEGIN SELECT RAISE(ABORT, 'used nonces are never changed'); END;
CREATE TRIGGER noncesStay BEFORE DELETE ON nonces BEGIN SELECT RAISE(ABORT, 'used nonces are never deleted'); END;

CREATE TABLE freezes (
  seq INTEGER PRIMARY KEY, network TEXT NOT NULL, account TEXT, frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)), at INTEGER NOT NULL,
  approval TEXT
) STRICT;
CREATE TRIGGER freezesKeep BEFORE UPDATE ON freezes BEGIN SELECT RAISE(ABORT, 'freezes are never changed'); END;
CREATE TRIGGER freezesStay BEFORE DELETE ON freezes BEGIN SELECT RAISE(ABORT, 'freezes are never deleted'); END;
`;

const health = `
CREATE TABLE health (
  vm TEXT NOT NULL REFERENCES vms (id), since INTEGER NOT NULL, until INTEGER NOT NULL, answers INTEGER NOT NULL CHECK (answers IN (0, 1)),
  onNode TEXT NOT NULL, probes INTEGER NOT NULL, PRIMARY KEY (vm, since)
) STRICT;
`;

const enforcers = `
CREATE TABLE enforcers (
  network TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, expiresAt INTEGER, limitAt INTEGER, digest TEXT,
  problem TEXT, verifiedAt INTEGER, PRIMARY KEY (network, subject, kind)
) STRICT;
`;

const names = `
CREATE INDEX vmsByName ON vms (
  network, name, (CASE state WHEN 'terminated' THEN 2 WHEN 'dormant' THEN 1 ELSE 0 END), signedAt DESC, id
);
`;

const wiping = `
CREATE INDEX signedSendable ON signed (vm) WHERE kind = 'INSTANCE' AND instr(bytes, '"signature"') > 0;
`;

const devnets = `
ALTER TABLE approvals ADD COLUMN networkId TEXT NOT NULL DEFAULT '';
`;

const readBack = `
ALTER TABLE heads ADD COLUMN confirmedAt INTEGER;
ALTER TABLE heads ADD COLUMN confirmedRows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE heads ADD COLUMN checkedAt INTEGER;
ALTER TABLE heads ADD COLUMN withdrawnAt INTEGER;
UPDATE heads SET confirmedAt = at, confirmedRows = rows;
`;

const thousands = `
CREATE INDEX vmsByState ON vms (state, network, account);
CREATE INDEX vmsUnsettled ON vms (network, account) WHERE settled = 0;
CREATE INDEX operationsByState ON operations (state, kind, network);
`;

const agents = `
ALTER TABLE operations ADD COLUMN agent TEXT;
ALTER TABLE vms ADD COLUMN agent TEXT;
ALTER TABLE approvals ADD COLUMN agent TEXT;
ALTER TABLE effects ADD COLUMN agent TEXT;
ALTER TABLE policies ADD COLUMN agents TEXT NOT NULL DEFAULT '{}';
ALTER TABLE policies ADD COLUMN overlayAgents TEXT NOT NULL DEFAULT '{}';
CREATE TABLE agents (
  name TEXT PRIMARY KEY, network TEXT NOT NULL, account TEXT NOT NULL, invitation TEXT, invitedUntil INTEGER, token TEXT,
  addedAt INTEGER NOT NULL, joinedAt INTEGER, suspendedAt INTEGER, revokedAt INTEGER
) STRICT;
CREATE UNIQUE INDEX agentsByToken ON agents (token) WHERE token IS NOT NULL;
CREATE TRIGGER agentsStay BEFORE DELETE ON agents BEGIN SELECT RAISE(ABORT, 'a name is one agent for ever'); END;
`;

const children = `
ALTER TABLE agents ADD COLUMN parent TEXT;
ALTER TABLE agents ADD COLUMN slice TEXT;
ALTER TABLE agents ADD COLUMN operation TEXT;
CREATE INDEX agentsByParent ON agents (parent) WHERE parent IS NOT NULL;
`;

/** Never edited once released: a change of the schema is a new entry. The position in the list is the file's `user_version`. */
export const migrations: readonly Migration[] = [
  { since: '0.1.0', sql: first },
  { since: '0.2.0', sql: budgets },
  { since: '0.2.0', sql: approver },
  { since: '0.2.0', sql: health },
  { since: '0.2.0', sql: enforcers },
  { since: '0.2.0', sql: names },
  { since: '0.2.0', sql: wiping },
  { since: '0.2.0', sql: devnets },
  { since: '0.2.0', sql: readBack },
  { since: '0.2.0', sql: thousands },
  { since: '0.2.0', sql: agents },
  { since: '0.2.0', sql: children },
];
