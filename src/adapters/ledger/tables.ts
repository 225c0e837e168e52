import type { AgentRecord } from '../../domain/agents/agent-record.ts';
import { sliceShape } from '../../domain/agents/slice.ts';
import type { EnforcerRecord } from '../../domain/ending/enforcer.ts';
import type { HealthRun } from '../../domain/ledger/health.ts';
import type {
  ApprovalRecord,
  EffectRecord,
  FreezeRecord,
  HeadRecord,
  OperationRecord,
  PolicyRecord,
} from '../../domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { vmShapes } from '../../domain/ledger/vm-shapes.ts';
import { nullable } from '../../domain/stored/shape.ts';
import type { Expense } from '../../ports/network/accounts.ts';
import type { SignedMessage } from '../../ports/network/messages.ts';
import type { Table } from './table.ts';

export const vmTable: Table<VmRecord> = {
  name: 'vms',
  columns: {
    id: 'text',
    name: 'text',
    label: 'text',
    network: 'text',
    account: 'text',
    payer: 'text',
    agent: 'text',
    task: 'text',
    operation: 'text',
    attempt: 'integer',
    state: 'text',
    spec: 'json',
    node: 'json',
    ttlSeconds: 'integer',
    signedAt: 'integer',
    expiresAt: 'integer',
    processedAt: 'integer',
    healthyAt: 'integer',
    stoppingAt: 'integer',
    terminatedAt: 'integer',
    notifiedAt: 'integer',
    rate: 'text',
    hold: 'credits',
    endpoint: 'json',
    ipv6: 'text',
    ending: 'text',
    protected: 'flag',
    receipt: 'json',
    settled: 'flag',
    billed: 'credits',
    billedAt: 'integer',
    updatedAt: 'integer',
  },
  shapes: vmShapes,
};

export const operationTable: Table<OperationRecord> = {
  name: 'operations',
  columns: {
    id: 'text',
    kind: 'text',
    network: 'text',
    account: 'text',
    agent: 'text',
    task: 'text',
    requestId: 'text',
    argumentsDigest: 'text',
    state: 'text',
    plan: 'json',
    approval: 'text',
    startedAt: 'integer',
    endedAt: 'integer',
    failure: 'text',
    breaker: 'flag',
  },
};

export const approvalTable: Table<ApprovalRecord> = {
  name: 'approvals',
  columns: {
    id: 'text',
    network: 'text',
    account: 'text',
    agent: 'text',
    planId: 'text',
    plan: 'json',
    argumentsDigest: 'text',
    state: 'text',
    requestedAt: 'integer',
    decidedAt: 'integer',
    decidedBy: 'text',
    expiresAt: 'integer',
    usedBy: 'text',
    payer: 'text',
    policyVersion: 'integer',
    nonce: 'text',
    purpose: 'text',
    signature: 'text',
    networkId: 'text',
  },
};

export const policyTable: Table<PolicyRecord> = {
  name: 'policies',
  columns: {
    network: 'text',
    account: 'text',
    version: 'integer',
    limits: 'json',
    tasks: 'json',
    authorisedAt: 'integer',
    acknowledgedBalance: 'credits',
    setAt: 'integer',
    setBy: 'text',
    approver: 'text',
    seal: 'json',
    overlay: 'json',
    overlayTasks: 'json',
    agents: 'json',
    overlayAgents: 'json',
  },
};

export const signedTable: Table<SignedMessage & { vm: string }> = {
  name: 'signed',
  columns: { id: 'text', vm: 'text', kind: 'text', bytes: 'text', signedAt: 'integer' },
};

export const effectTable: Table<EffectRecord> = {
  name: 'effects',
  columns: {
    seq: 'integer',
    at: 'integer',
    point: 'text',
    network: 'text',
    account: 'text',
    agent: 'text',
    task: 'text',
    operation: 'text',
    vm: 'text',
    outcome: 'text',
    credits: 'credits',
    latencyMs: 'integer',
    facts: 'json',
    previousHash: 'text',
    hash: 'text',
  },
};

export const enforcerTable: Table<EnforcerRecord> = {
  name: 'enforcers',
  columns: {
    network: 'text',
    subject: 'text',
    kind: 'text',
    state: 'text',
    expiresAt: 'integer',
    limitAt: 'integer',
    digest: 'text',
    problem: 'text',
    verifiedAt: 'integer',
  },
};

export const expenseTable: Table<Expense & { account: string; network: string }> = {
  name: 'expenses',
  columns: { account: 'text', network: 'text', ref: 'text', vm: 'text', credits: 'credits', at: 'integer' },
};

export const headTable: Table<HeadRecord> = {
  name: 'heads',
  columns: {
    account: 'text',
    network: 'text',
    id: 'text',
    rows: 'integer',
    head: 'text',
    at: 'integer',
    published: 'flag',
    replaces: 'text',
    confirmedAt: 'integer',
    confirmedRows: 'integer',
    checkedAt: 'integer',
    withdrawnAt: 'integer',
  },
};

export const freezeTable: Table<FreezeRecord> = {
  name: 'freezes',
  columns: { seq: 'integer', network: 'text', account: 'text', frozen: 'flag', at: 'integer', approval: 'text' },
};

export const nonceTable: Table<{ nonce: string; approval: string; usedAt: number }> = {
  name: 'nonces',
  columns: { nonce: 'text', approval: 'text', usedAt: 'integer' },
};

export const agentTable: Table<AgentRecord> = {
  name: 'agents',
  columns: {
    name: 'text',
    network: 'text',
    account: 'text',
    invitation: 'text',
    invitedUntil: 'integer',
    token: 'text',
    addedAt: 'integer',
    joinedAt: 'integer',
    suspendedAt: 'integer',
    revokedAt: 'integer',
    parent: 'text',
    slice: 'json',
    operation: 'text',
  },
  shapes: { slice: nullable(sliceShape) },
};

export const healthTable: Table<HealthRun & { vm: string }> = {
  name: 'health',
  columns: { vm: 'text', since: 'integer', until: 'integer', answers: 'flag', onNode: 'text', probes: 'integer' },
};
