import { defaultLimits } from '../../../src/domain/limits/limits.ts';
import { storedLimits } from '../../../src/domain/limits/stored-limits.ts';
import type { PlanSubjects } from '../../../src/domain/plan/plan.ts';

const account = `0x${'a1'.repeat(20)}`;
const vm = 'cd'.repeat(32);

const provision: PlanSubjects['vm create'] = {
  account,
  payer: account,
  name: 'ci',
  task: 'nightly',
  spec: {
    vcpus: 1,
    memoryMib: 2048,
    diskMib: 20_480,
    computeUnits: 1,
    image: 'debian12',
    imageHash: 'd1'.repeat(32),
    gpus: ['RTX 4090'],
    confidential: true,
  },
  nodes: [{ hash: 'c0'.repeat(32), untrustedName: 'node', url: 'https://crn.example' }],
  acceptedTerms: { ['c0'.repeat(32)]: 'd2'.repeat(32) },
  gpus: { ['c0'.repeat(32)]: [{ vendor: 'NVIDIA', deviceName: 'AD102', deviceClass: '0300', deviceId: '10de:2684' }] },
  ttlSeconds: 3600,
  rate: '3.958333333333333333',
  sshKeys: ['ssh-ed25519 AAAA'],
  guestTimer: true,
  requestId: 'r1',
  argumentsDigest: 'digest',
  maxHourlyCredits: '100',
  maxTotalCredits: '1000',
  envelope: 'ap_12345678',
  replay: null,
};

const policy: PlanSubjects['policy set'] = {
  account,
  version: 2,
  limits: storedLimits(defaultLimits),
  tasks: { nightly: '500000' },
  reauthorise: false,
  authorisedAt: 1,
  acknowledgedBalance: '7000000',
  approver: null,
  previous: 'e3'.repeat(32),
  thawed: 0,
  change: 'ap_12345678',
  lowers: false,
};

const slice = {
  limits: { maxTotalCredits: '2000000', maxVms: '2' },
  payer: account,
  since: 3_600_000,
  until: 7_200_000,
  commands: ['vm logs'],
  exec: false,
  terms: false,
};

const approver = { account, from: `0x${'b1'.repeat(20)}`, to: `0x${'b2'.repeat(20)}`, changed: true };
const term = { expiresAt: 3_600_000, ttlSeconds: 3600, hold: '14250' };

/** One of each kind, with everything that it can have. */
export const subjects: PlanSubjects = {
  'vm create': provision,
  'vm spawn': { ...provision, child: { name: 'ci-worker', parent: 'ci', limits: { maxTotalCredits: '50000' } } },
  'vm redeploy': { ...provision, old: vm, replace: true, rename: 'ci' },
  'vm extend': {
    vm,
    account,
    from: term,
    to: { ...term, expiresAt: 7_200_000, ttlSeconds: 7200, hold: '28500' },
    rate: '3.958333333333333333',
    requestId: 'r1',
    argumentsDigest: 'digest',
    goOn: null,
  },
  'policy funder': { account, from: null, to: `0x${'b3'.repeat(20)}` },
  'vm adopt': { account, vm, name: 'ci', ttlSeconds: 3600, argumentsDigest: 'digest' },
  'vm destroy': { ids: [vm], ending: 'destroy' },
  'vm reinstall': { id: vm },
  'vm protect': { id: vm, protect: false },
  'gc carrier export': { id: vm },
  'gc install': { account, key: 'main', everyMinutes: 5, alerts: { command: '/bin/alert', url: 'https://alerts.example' } },
  'ledger take-over': { account, replaces: 'a:1:b:2' },
  freeze: { ids: [vm], ending: 'destroy', account },
  'freeze as owner': { account, from: `0x${'c3'.repeat(20)}`, ids: [vm], creditsUsd: '3' },
  thaw: { account, upTo: 1, frozenAt: 1 },
  'approve envelope': { how: 'envelope', envelope: { credits: '900000', ttlSeconds: 3600, computeUnits: 1, vms: 3, forSeconds: 86_400 } },
  'policy set': policy,
  'policy task': policy,
  'agents add': { ...policy, agents: { ci: slice } },
  'agents limit': { ...policy, agents: { ci: slice } },
  'agents rotate': { account, name: 'ci' },
  'agents resume': { account, name: 'ci' },
  'agents revoke': { account, name: 'ci', ids: [vm], ending: 'destroy' },
  'policy approver set': approver,
  'policy approver remove': { ...approver, to: null },
  'credits allow': {
    account,
    to: `0x${'d4'.repeat(20)}`,
    credits: '2000000',
    goOn: null,
    expiresAt: 1_800_000_000_000,
    argumentsDigest: 'digest',
  },
  'credits topup': {
    account,
    chainId: 1,
    token: 'usdc',
    units: '5000000',
    priceUsd: '1',
    contract: `0x${'c0'.repeat(20)}`,
    tokenAddress: `0x${'a0'.repeat(20)}`,
    maxFeeWei: '5000000000000000',
    rpcs: ['https://rpc.example'],
    argumentsDigest: 'digest',
    replaces: null,
    goOn: null,
  },
  'credits topup --abandon': {
    account,
    operation: 'op_1',
    transaction: `0x${'ee'.repeat(32)}`,
    amount: '5 USDC',
    how: 'overtaken',
    by: `0x${'ef'.repeat(32)}`,
    nodes: ['one.example', 'two.example'],
  },
  'credits return': { account, to: `0x${'d4'.repeat(20)}`, credits: '2000000', expiresAt: null, argumentsDigest: 'digest', goOn: 'op_1' },
  'authz grant': {
    account,
    address: `0x${'c3'.repeat(20)}`,
    channel: 'ALEPH-AGENT-0123456789ab',
    exposes: { vms: [vm], programs: [vm], creditsUsd: '3' },
  },
  'authz grant own': { account, address: `0x${'c3'.repeat(20)}`, creditsUsd: '3' },
  'authz revoke': { account, address: `0x${'c3'.repeat(20)}`, ends: [vm] },
  'policy approver seal': { ...policy, approver: `0x${'b2'.repeat(20)}` },
};
