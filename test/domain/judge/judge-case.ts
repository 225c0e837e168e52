import type { AccountFigures } from '../../../src/domain/burn/exposure.ts';
import type { Case } from '../../../src/domain/judge/judge.ts';
import type { OperationRecord } from '../../../src/domain/ledger/ledger-records.ts';
import type { VmRecord } from '../../../src/domain/ledger/vm-record.ts';
import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { Exact } from '../../../src/domain/money/exact.ts';

export const noon = Date.UTC(2026, 10, 20, 12);
export const hour = 3_600_000;
/** Credits per second of 1 CU; 14,250 credits or 0.01425 USD an hour. */
export const oneUnit = new Exact('3.958333333333333333');

export const figures = (credits: bigint, more: Partial<AccountFigures> = {}): AccountFigures => ({
  payer: '0xa',
  balance: { credits, lots: [] },
  burn: { perSecond: new Exact(0), resources: [] },
  listed: [],
  expenses: [],
  spent: more.expenses ?? [],
  ...more,
});

export const operation = (id: string, patch: Partial<OperationRecord> = {}): OperationRecord => ({
  id,
  kind: 'create',
  network: 'devnet',
  account: '0xa',
  agent: null,
  task: null,
  requestId: null,
  argumentsDigest: '',
  state: 'succeeded',
  plan: null,
  approval: null,
  startedAt: noon - hour,
  endedAt: noon - hour,
  failure: null,
  breaker: false,
  ...patch,
});

export const vm = (id: string, patch: Partial<VmRecord> = {}): VmRecord => ({
  id,
  name: id,
  label: '',
  network: 'devnet',
  account: '0xa',
  payer: '0xa',
  agent: null,
  task: null,
  operation: `op_${id}`,
  attempt: 1,
  state: 'healthy',
  spec: { vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1, image: '', imageHash: '' },
  node: { hash: '', untrustedName: '', url: '' },
  ttlSeconds: 4 * 3600,
  signedAt: noon - hour,
  expiresAt: noon + 3 * hour,
  processedAt: noon - hour,
  healthyAt: null,
  stoppingAt: null,
  terminatedAt: null,
  notifiedAt: null,
  rate: oneUnit.toFixed(18),
  hold: 57_000n,
  endpoint: null,
  ipv6: null,
  ending: null,
  protected: false,
  receipt: null,
  settled: false,
  billed: 0n,
  billedAt: null,
  updatedAt: noon,
  ...patch,
});

/** 1 CU for 4 h on an account that holds 10 USD and has nothing. */
export const fresh = (patch: Partial<Case> = {}): Case => ({
  order: { rate: oneUnit, ttlSeconds: 4 * 3600, computeUnits: 1, task: null, maxHourly: null, maxTotal: null },
  policy: { limits: defaultLimits, tasks: {}, authorisedAt: 0, acknowledgedBalance: 10_000_000n },
  rows: { vms: [], operations: [] },
  figures: figures(10_000_000n),
  beforehand: [],
  now: noon,
  ...patch,
});
