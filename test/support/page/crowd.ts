import { formatInstant } from '../../../src/domain/text/instant.ts';
import type { Agent, Approval, Outputs, Spent, Vm } from '../../../src/page/outputs.ts';

const hash = (n: number): string => n.toString(16).padStart(64, '0');

export interface Crowd {
  vms: number;
  agents: number;
  days: number;
  requests: number;
  /** What agents, nodes and rows say of themselves. */
  words(n: number): string;
  now: number;
}

/** The answers of an account with this much in it, as its commands declare them. */
export const crowdOf = ({ vms, agents, days, requests, words, now }: Crowd): Partial<Outputs> => {
  const at = (ms: number): string => formatInstant(now + ms);
  const burn = (0.01425 * vms).toFixed(5);
  const account = `0x${'4249ef46bb'.repeat(4)}`;
  const counts = (items: readonly unknown[]) => ({ count: items.length, total: items.length, nextCursor: null });
  const many = <Item>(count: number, make: (n: number) => Item): Item[] => Array.from({ length: count }, (_, n) => make(n));
  const vm = (n: number): Vm =>
    ({
      ...{ id: hash(n).slice(-12), name: `vm-${n}`, state: n % 7 === 0 ? 'unreachable' : 'healthy', node: hash(n % 40).slice(-12) },
      ...{ ssh: { host: '203.0.113.9', port: 24_017, user: 'root' }, usdPerHour: '0.01425', expiresAt: at((n + 1) * 2_700_000) },
      ...{ ttlEnforcedBy: n % 5 === 0 ? [] : ['guest', 'reaper'], costUntilExpiryUsd: '0.0570', itemHash: hash(n), ipv6: null },
      ...{
        task: n % 3 === 0 ? null : `task-${n % 9}`,
        account,
        operation: 'op_7k2m',
        attempt: 1,
        vcpus: 1,
        memoryMib: 2048,
        diskMib: 20_480,
      },
      ...{
        image: 'debian-12',
        gpus: [],
        confidential: false,
        nodeHash: hash(n % 40),
        nodeUrl: 'https://node.example',
        untrustedNodeName: words(n),
      },
      ...{
        protected: n % 11 === 0,
        createdAt: at(-3600_000),
        readySeconds: 42,
        heldUsd: '0.0570',
        billedUsd: '0.0100',
        guestTimer: 'armed',
      },
      ...{
        settled: false,
        ended: null,
        onNetwork: true,
        onNode: 'running',
        removing: n % 50 === 1,
        stale: false,
        agent: `agent-${n % Math.max(1, agents)}`,
      },
    }) as Vm;
  const agent = (n: number): Agent =>
    ({
      ...{ name: `agent-${n}`, state: n % 6 === 0 ? 'suspended' : 'joined', budgetUsd: '2.0000', usedUsd: '0.5000', leftUsd: '1.5000' },
      ...{ usdPerHour: '0.0285', live: 2, maxVms: 3, until: at(30 * 86_400_000) },
    }) as Agent;
  const approval = (n: number): Approval => ({
    ...{
      id: `ap_${n}`,
      action: 'vm create',
      account,
      agent: 'agent-1',
      state: 'pending',
      mostUsd: '0.2280',
      leftUsd: null,
      expiresAt: at(86_400_000),
    },
    ...{
      summary: 'Create dear: 4 vCPU, 8192 MiB, for 4h, at most 0.2280 USD.',
      what: 'Create dear: 4 CU (4 vCPU, 8192 MiB, 81920 MiB disk) for 4h',
      untrustedPurpose: words(n),
      decidedBy: null,
      funding: null,
    },
  });
  const spent = (n: number): Spent => ({
    ...{ key: at((n - days + 1) * 86_400_000).slice(0, 10), vm: null, name: null, task: null, usd: (0.01 * (n % 17)).toFixed(4) },
    ...{ credits: String(10_000 * (n % 17)), receivedUsd: '0.0000', sentUsd: '0.0000', rows: 1, lastAt: at(0) },
  });
  const effect = (n: number): Outputs['ledger ls']['items'][number] => ({
    ...{ seq: 1000 - n, at: at(-n * 60_000), account, task: null, what: 'create.hold', vm: hash(n).slice(-12), name: `vm-${n}` },
    ...{ operation: 'op_7k2m', outcome: words(n), usd: '0.0570', billedUsd: null, settled: null, latencyMs: 12, facts: {} },
  });
  const lists = {
    vms: many(vms, vm),
    agents: many(agents, agent),
    approvals: many(requests, approval),
    spent: many(days, spent),
    effects: many(25, effect),
  };
  return {
    status: {
      ...{
        network: 'devnet',
        account,
        usd: '49.970956',
        usdPerHour: burn,
        runwaySeconds: Math.floor((49.970956 / (0.01425 * vms)) * 3600),
        reserveUsd: '0.6840',
      },
      ...{
        todayLeftUsd: '1.9145',
        totalLeftUsd: '4.9145',
        live: vms,
        approvalsWaiting: requests,
        asOf: at(0),
        stale: false,
        approver: 'terminal',
      },
      ...{ approverSet: null, frozenSince: null, rootCertificates: ['program'], tasks: [], moreTasks: 0, ownTask: null, vms: [] },
    },
    'vm ls': {
      items: lists.vms,
      ...counts(lists.vms),
      totals: { live: vms, usdPerHour: burn, runwaySeconds: Math.floor((49.970956 / (0.01425 * vms)) * 3600), asOf: at(0) },
    },
    'agents ls': { items: lists.agents, ...counts(lists.agents), totals: {} },
    'approvals ls': { items: lists.approvals, ...counts(lists.approvals), totals: {} },
    'ledger ls': { items: lists.effects, ...counts(lists.effects), totals: { intact: true } },
    'credits history': {
      ...{ items: lists.spent, ...counts(lists.spent) },
      totals: {
        by: 'day',
        usd: '12.3400',
        boughtUsd: '0.0000',
        receivedUsd: '0.0000',
        sentUsd: '0.0000',
        from: at(-days * 86_400_000),
        stale: false,
      },
      ...{ transfers: [], distributions: [], lots: [], csv: null },
    },
    'policy show': {
      ...{
        account,
        network: 'devnet',
        tightenedBy: null,
        version: 3,
        maxVms: Math.max(5, vms),
        defaultTtlSeconds: 14_400,
        maxTtlSeconds: 86_400,
      },
      ...{
        askAboveUsd: '0.1000',
        maxBurnUsdPerHour: (0.02 * vms).toFixed(4),
        maxDayUsd: '2.0000',
        maxTotalUsd: '5.0000',
        balanceGuardPercent: 20,
      },
      ...{ maxComputeUnits: 4, creationsPerMinute: 3, coolDownSeconds: 30, breakerFailures: 3, breakerPauseSeconds: 600, destroyAtOnce: 3 },
      ...{ teardownUnreachableSeconds: 0, endUnarmedSeconds: 0, authorisedAt: null, acknowledgedBalanceUsd: null, approver: 'terminal' },
      ...{ funder: null, problem: null, frozenSince: null, setBy: 'person', pendingSeal: null },
      tasks: [{ task: 'nightly', budgetUsd: '0.5000', usedUsd: '0.4500', leftUsd: '0.0500' }],
    },
  };
};
