import type { Crn } from '../world/crn.ts';
import { capacityOf, freeGpus } from './admission.ts';

/** kB on the wire are 1000 bytes. */
const kB = (mib: number): number => Math.floor((mib * 1_048_576) / 1000);

/** The operating system's figures, which are not what admission counts: guests touch only part of the memory they were promised. */
export const usageSystem = (crn: Crn): Record<string, unknown> => {
  const { spec, world } = crn;
  const { memoryMib, diskMib } = capacityOf(crn);
  const held = memoryMib.total - memoryMib.free;
  const load = spec.load * spec.cores;
  const minute = Math.floor(world.clock.now() / 60_000) * 60_000;
  return {
    cpu: {
      count: spec.cores,
      load_average: { load1: load, load5: load * 0.95, load15: load * 0.9 },
      core_frequencies: { min: 1000, max: 3500 },
    },
    mem: { total_kB: kB(spec.memoryMib), available_kB: kB(Math.max(0, spec.memoryMib - 1536 - Math.floor(held * 0.75))) },
    disk: { total_kB: kB(spec.diskMib), available_kB: kB(Math.max(0, diskMib.free)) },
    period: { start_timestamp: new Date(minute).toISOString().replace('.000Z', 'Z'), duration_seconds: 60 },
    properties: { cpu: { architecture: 'x86_64', vendor: 'AuthenticAMD', features: spec.confidential ? ['sev', 'sev_es'] : [] } },
    gpu: { devices: spec.gpus, available_devices: freeGpus(crn) },
    active: true,
  };
};

export const capability = (crn: Crn): Record<string, unknown> => ({
  cpu: {
    architecture: 'x86_64',
    vendor: 'AuthenticAMD',
    model: 'AMD EPYC',
    frequency: 3_500_000_000,
    count: crn.spec.cores,
    features: [],
  },
  memory: { size: crn.spec.memoryMib * 1_048_576, units: 'bytes', type: 'DDR4', clock: 3_200_000_000, clock_units: 'Hz' },
});

/** What a node claims that forgot to update, or says that it did. */
const outdatedVersion = '0.5.0';

/** A chain on which streams of ALEPH are paid; the devnet has none of them. */
const streams = (chain: number, rpc: string): Record<string, unknown> => ({
  chain_id: chain,
  rpc,
  standard_token: null,
  super_token: '0xc0Fbc4967259786C743361a5885ef49380473dCF',
  testnet: false,
  active: true,
});

const ccnUrl = 'https://api.aleph.im';

/** `/status/config`. The hash is null before the node found itself, and another's when it lies. */
export const statusConfig = (crn: Crn): Record<string, unknown> => {
  const { spec } = crn;
  const { faults } = crn.world;
  const hash = faults.holds(crn.host, 'other-hash') === null ? spec.hash : [...spec.hash].reverse().join('');
  return {
    DOMAIN_NAME: crn.domain,
    node_hash: faults.holds(crn.host, 'hash-unknown') === null ? hash : null,
    version: faults.holds(crn.host, 'other-version') === null ? spec.version : outdatedVersion,
    references: {
      API_SERVER: ccnUrl,
      CHECK_FASTAPI_VM_ID: 'd2b74aa29898457bde0560e47f7cdd4e77287e9f1f7a1456161d2fd7d5c855d7',
      CONNECTOR_URL: 'http://localhost:4021/',
    },
    security: {
      USE_JAILER: true,
      PRINT_SYSTEM_LOGS: false,
      WATCH_FOR_UPDATES: true,
      ALLOW_VM_NETWORKING: true,
      USE_DEVELOPER_SSH_KEYS: false,
    },
    networking: {
      IPV6_ADDRESS_POOL: `${spec.ipv6Prefix}::/64`,
      IPV6_ALLOCATION_POLICY: 'IPv6AllocationPolicy.static',
      IPV6_SUBNET_PREFIX: 124,
      IPV6_FORWARDING_ENABLED: true,
      USE_NDP_PROXY: true,
    },
    debug: { SENTRY_DSN_CONFIGURED: false, DEBUG_ASYNCIO: false, EXECUTION_LOG_ENABLED: false },
    payment: {
      PAYMENT_RECEIVER_ADDRESS: spec.reward,
      AVAILABLE_PAYMENTS: {
        'Chain.AVAX': streams(43_114, 'https://api.avax.network/ext/bc/C/rpc'),
        'Chain.BASE': streams(8_453, 'https://base-mainnet.public.blastapi.io'),
      },
      PAYMENT_MONITOR_INTERVAL: 60,
    },
    computing: {
      ENABLE_QEMU_SUPPORT: spec.qemu,
      INSTANCE_DEFAULT_HYPERVISOR: 'qemu',
      ENABLE_CONFIDENTIAL_COMPUTING: spec.confidential,
      ENABLE_GPU_SUPPORT: spec.gpus.length > 0,
    },
  };
};

/** `/status/check/host`. */
export const checkHost = (crn: Crn): Record<string, unknown> => {
  const of = (works: boolean) => ({ egress: works, dns: works, domain: works, http: works });
  return { ipv4: of(true), ipv6: of(crn.spec.ipv6.host) };
};
