import type { OperationRecord } from '../../src/domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import type { NewOperation } from '../../src/domain/plan/operation-plan.ts';
import type { NewEffect } from '../../src/ports/ledger.ts';

export const start = Date.UTC(2026, 10, 20, 12);
export const account = '0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65';

export const hashOf = (number: number): string => number.toString(16).padStart(64, '0');

/** The ledger keeps any JSON; what it means is its readers' business. */
export const operationRow = (patch: Partial<OperationRecord> = {}): NewOperation => {
  const row: OperationRecord = {
    id: 'op_00000001',
    kind: 'create',
    network: 'devnet',
    account,
    agent: null,
    task: null,
    requestId: null,
    argumentsDigest: 'digest',
    state: 'running',
    plan: { terms: { ttl: '14400' }, subject: { hold: 57_000n, nested: [1n, { none: null }] } },
    approval: null,
    startedAt: start,
    endedAt: null,
    failure: null,
    breaker: false,
    ...patch,
  };
  return row as NewOperation;
};

export const vmRow = (number: number, patch: Partial<VmRecord> = {}): VmRecord => ({
  id: hashOf(number),
  name: `vm-${number}`,
  label: 'vm-0000000000000000',
  network: 'devnet',
  account,
  payer: account,
  agent: null,
  task: 'ci',
  operation: 'op_00000001',
  attempt: 1,
  state: 'requested',
  spec: { vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1, image: 'debian12', imageHash: hashOf(0xd12) },
  node: { hash: hashOf(0xc), untrustedName: 'node \u202e', url: 'https://crn.example' },
  ttlSeconds: 14_400,
  signedAt: start,
  expiresAt: start + 14_400_000,
  processedAt: null,
  healthyAt: null,
  stoppingAt: null,
  terminatedAt: null,
  notifiedAt: null,
  rate: '3.958333333333333333',
  hold: 57_000n,
  endpoint: null,
  ipv6: null,
  ending: null,
  protected: false,
  receipt: null,
  settled: false,
  billed: 0n,
  billedAt: null,
  updatedAt: start,
  ...patch,
});

const stated = {
  at: start,
  point: 'create.hold',
  network: 'devnet',
  account,
  agent: null,
  task: null,
  operation: 'op_00000001',
  vm: null,
  outcome: 'ok',
  credits: 57_000n,
  latencyMs: 12,
} as const;

/** The same of what a row says. */
export const withFacts = (facts: object): NewEffect<'create.hold'> => ({ ...stated, facts }) as unknown as NewEffect<'create.hold'>;

export const effectRow = withFacts({ node: 'crn', tries: 2 });
