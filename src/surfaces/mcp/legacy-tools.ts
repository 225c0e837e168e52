import { unfit } from '../../contract/declare/tool.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { Tool } from './tool-list.ts';

/** An input of the earlier system, and what becomes of it. `confirmed` is taken everywhere, and approves nothing. */
interface LegacyInput {
  type: 'string' | 'integer' | 'number' | 'boolean';
  becomes: string;
  /** Absent: the value is ours as it is. */
  value?: Reading;
}

export interface LegacyTool {
  name: string;
  tool: string;
  inputs: Readonly<Record<string, LegacyInput>>;
  /** What is different now, in a sentence. */
  changed: string;
}

/** How a value of the earlier system is read; what does not fit is refused in its own words. */
interface Reading {
  right: string;
  fits(given: unknown): boolean;
  read(given: never): unknown;
}

const above = (least: number) => (given: unknown) => typeof given === 'number' && Number.isFinite(given) && given >= least;

const hours: Reading = { right: 'hours, at least 0.02', fits: above(1 / 60), read: (given: number) => `${Math.round(given * 60)}m` };
const gib: Reading = { right: 'GiB', fits: above(1 / 1024), read: (given: number) => Math.round(given * 1024) };
const usd: Reading = {
  right: 'USD, at least 0.000001',
  fits: (given) => above(1e-6)(given) || (typeof given === 'string' && /^\d+(\.\d+)?$/.test(given)),
  read: (given: number | string) => (typeof given === 'number' ? given.toFixed(6).replace(/\.?0+$/, '') : given),
};
const one: Reading = { right: 'a name or id', fits: (given) => typeof given === 'string', read: (given: string) => [given] };

const vm = { vm_id: { type: 'string', becomes: 'vm' }, item_hash: { type: 'string', becomes: 'vm' } } as const;

/** The earlier system's tools (`--legacy-names`), and ours that do their work. */
export const legacyTools: readonly LegacyTool[] = [
  {
    name: 'aleph_list_crns',
    tool: 'crns_ls',
    inputs: {
      min_compute_units: { type: 'integer', becomes: 'minVcpus' },
      min_cpu: { type: 'integer', becomes: 'minVcpus' },
      min_ram_gb: { type: 'number', becomes: 'minMemory', value: gib },
      min_disk_gb: { type: 'number', becomes: 'minDisk', value: gib },
      region: { type: 'string', becomes: 'region' },
    },
    changed: 'Nodes are asked themselves. A GPU is asked for by its model, which crns_ls takes.',
  },
  {
    name: 'aleph_create_vm',
    tool: 'vm_create',
    inputs: {
      name: { type: 'string', becomes: 'name' },
      crn_hash: { type: 'string', becomes: 'crn' },
      crn_id: { type: 'string', becomes: 'crn' },
      compute_units: { type: 'integer', becomes: 'cu' },
      cpu: { type: 'integer', becomes: 'vcpus' },
      ram_gb: { type: 'number', becomes: 'memory', value: gib },
      disk_gb: { type: 'number', becomes: 'disk', value: gib },
      os_image: { type: 'string', becomes: 'image' },
      ttl_hours: { type: 'number', becomes: 'ttl', value: hours },
      max_hourly_cost: { type: 'number', becomes: 'maxHourly', value: usd },
      purpose: { type: 'string', becomes: 'purpose' },
      dry_run: { type: 'boolean', becomes: 'dryRun' },
    },
    changed: 'A person or the policy decides; the CRN is chosen where none is named; the lifetime is enforced.',
  },
  {
    name: 'aleph_destroy_vm',
    tool: 'vm_destroy',
    inputs: {
      vm_id: { type: 'string', becomes: 'vms', value: one },
      item_hash: { type: 'string', becomes: 'vms', value: one },
      dry_run: { type: 'boolean', becomes: 'dryRun' },
    },
    changed: 'It ends with proof from two hosts that the VM bills no more.',
  },
  { name: 'aleph_list_my_vms', tool: 'vm_ls', inputs: {}, changed: 'It works without the network, and says what is not fresh.' },
  { name: 'aleph_check_balance', tool: 'credits_balance', inputs: {}, changed: 'Amounts are USD, as decimal strings.' },
  {
    name: 'aleph_extend_vm',
    tool: 'vm_extend',
    inputs: {
      ...vm,
      additional_hours: { type: 'number', becomes: 'by', value: hours },
      hours: { type: 'number', becomes: 'by', value: hours },
      dry_run: { type: 'boolean', becomes: 'dryRun' },
    },
    changed: 'The new expiry is published, and the whole lifetime is judged; hours are above 0.',
  },
  {
    name: 'aleph_top_up_credits',
    tool: 'credits_topup',
    inputs: {
      amount_usd: { type: 'number', becomes: 'usd', value: usd },
      amount: { type: 'string', becomes: 'amount' },
      token: { type: 'string', becomes: 'token' },
      dry_run: { type: 'boolean', becomes: 'dryRun' },
    },
    changed: 'A person or the approver agrees to each payment.',
  },
];

export interface Translated {
  tool: string;
  arguments: Record<string, unknown>;
  warnings: { code: string; message: string }[];
}

/**
 * A call by an earlier name as a call of ours; null where the name is none of theirs. What they do not know is handed on as it is. `USAGE`
 * for a value that cannot be turned into ours, and for two inputs that mean the same.
 */
export const legacyCall = (name: string, given: Readonly<Record<string, unknown>>): Translated | null => {
  const found = legacyTools.find((legacy) => legacy.name === name);
  if (found === undefined) return null;
  const { confirmed, ...others } = given;
  const entries = Object.entries(others).flatMap(([key, value]) => {
    const input = Object.hasOwn(found.inputs, key) ? found.inputs[key] : undefined;
    // the earlier system's own word for what is left out
    if (value === null) return [];
    return [{ key, ours: input?.becomes ?? key, value: input?.value === undefined ? value : turned(key, value, input.value) }];
  });
  const twice = entries.find(({ ours }, at) => entries.findIndex((entry) => entry.ours === ours) < at);
  if (twice !== undefined) {
    const both = entries.filter(({ ours }) => ours === twice.ours).map(({ key }) => key);
    throw new Failure('USAGE', `${both.join(' and ')} mean the same: give one of them.`);
  }
  return {
    tool: found.tool,
    arguments: Object.fromEntries(entries.map(({ ours, value }) => [ours, value])),
    warnings:
      confirmed === true
        ? [{ code: 'CONFIRMED_IGNORED', message: 'confirmed: true approves nothing: only a person, or the approver, does.' }]
        : [],
  };
};

const turned = (key: string, value: unknown, { right, fits, read }: Reading): unknown => {
  if (fits(value)) return read(value as never);
  throw unfit(key, value, right);
};

/** The definition of an earlier tool, beside that of ours. */
export const legacyDefinition = (legacy: LegacyTool, ours: Tool): Tool => ({
  ...ours,
  name: legacy.name,
  description: `${ours.description}. Earlier name of ${legacy.tool}. ${legacy.changed}`,
  inputSchema: {
    type: 'object',
    properties: Object.fromEntries([
      ...Object.entries(legacy.inputs).map(([key, { type }]) => [key, { type }]),
      ['confirmed', { type: 'boolean' }],
    ]),
  },
});
