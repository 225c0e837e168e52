import * as z from 'zod';
import { Failure } from '../../../domain/failure/failure.ts';
import { formatInstant } from '../../../domain/text/instant.ts';
import type { CreateOrder } from '../../../ports/network/signing.ts';
import { deviceId, vendor } from '../http/wire-values.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');
export const evmAddress = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'must be 0x and 40 hex digits');
export const contentTime = z.number().positive().max(9_223_372_036);
const sshKey = z
  .string()
  .max(8192)
  .regex(
    /^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]+={0,3}( [\x20-\x7e]*)?$/,
    'must be one OpenSSH public key',
  );

/** The firmware that encrypts memory, and the policy that keeps the node's debugger out (protocol-crn.md §9.1). */
const firmware = 'ba5bb13f3abca960b101a759be162b229e2b7e93ecad9d1307e54de887f177ff';
const trustedExecution = { policy: 1, firmware } as const;

const card = z.strictObject({
  vendor,
  device_name: z.string().regex(/^[\x20-\x7e]{1,120}$/),
  device_class: z.enum(['0300', '0302']),
  device_id: deviceId,
});

/** Everything that an INSTANCE of ours may say, to the field; the network's own refusal names none (protocol-ccn.md §2.1, §3). */
const shape = z.strictObject({
  address: evmAddress,
  time: contentTime,
  allow_amend: z.literal(false),
  metadata: z.strictObject({
    name: z.string().regex(/^[\x21-\x7e]{1,64}$/, 'must be 1 to 64 visible ASCII characters'),
    'aleph-agent': z.literal(1),
    expires: z.iso.datetime(),
  }),
  authorized_keys: z.array(sshKey).min(1).max(256),
  environment: z.strictObject({
    reproducible: z.literal(false),
    internet: z.literal(true),
    aleph_api: z.literal(true),
    shared_cache: z.literal(false),
    hypervisor: z.literal('qemu'),
    trusted_execution: z.strictObject({ policy: z.literal(1), firmware: z.literal(firmware) }).optional(),
  }),
  resources: z.strictObject({ vcpus: z.int().min(1).max(256), memory: z.int().min(1).max(1_048_576), seconds: z.literal(30) }),
  payment: z.strictObject({ chain: z.literal('ETH'), type: z.literal('credit') }),
  requirements: z.strictObject({
    node: z.strictObject({ node_hash: hash, terms_and_conditions: hash.optional() }),
    gpu: z.array(card).min(1).max(64).optional(),
  }),
  volumes: z.array(z.never()).max(0),
  rootfs: z.strictObject({
    parent: z.strictObject({ ref: hash, use_latest: z.literal(true) }),
    persistence: z.literal('host'),
    size_mib: z.int().min(1).max(1_953_125),
  }),
});

export type InstanceContent = z.output<typeof shape>;

/** The content of an INSTANCE message, checked. `USAGE` names every field that the network would refuse. */
export const instanceContent = (order: Omit<CreateOrder, 'channel'>): InstanceContent =>
  checked('INSTANCE', shape, {
    address: order.owner,
    time: order.at / 1000,
    allow_amend: false,
    metadata: { name: order.label, 'aleph-agent': 1, expires: formatInstant(order.expiresAt) },
    authorized_keys: [...order.sshKeys],
    environment: {
      reproducible: false,
      internet: true,
      aleph_api: true,
      shared_cache: false,
      hypervisor: 'qemu',
      ...(order.spec.confidential ? { trusted_execution: trustedExecution } : {}),
    },
    resources: { vcpus: order.spec.vcpus, memory: order.spec.memoryMib, seconds: 30 },
    payment: { chain: 'ETH', type: 'credit' },
    requirements: {
      node: { node_hash: order.node.hash, ...(order.acceptedTerms === undefined ? {} : { terms_and_conditions: order.acceptedTerms }) },
      ...requiredGpus(order),
    },
    volumes: [],
    rootfs: { parent: { ref: order.spec.imageHash, use_latest: true }, persistence: 'host', size_mib: order.spec.diskMib },
  });

/** `INTERNAL` unless there is one card for each model that was priced. */
const requiredGpus = ({ spec, gpus = [] }: Pick<CreateOrder, 'spec' | 'gpus'>): { gpu?: object[] } => {
  if (gpus.length !== (spec.gpus ?? []).length) throw new Failure('INTERNAL', `${gpus.length} cards for ${spec.gpus?.length ?? 0} GPUs.`);
  if (gpus.length === 0) return {};
  return {
    gpu: gpus.map(({ vendor, deviceName, deviceClass, deviceId }) => ({
      vendor,
      device_name: deviceName,
      device_class: deviceClass,
      device_id: deviceId,
    })),
  };
};

/** `value` as the strict shape has it, or `USAGE` with every field that does not fit. */
export const checked = <Shape extends z.ZodType>(kind: string, strict: Shape, value: unknown): z.output<Shape> => {
  const result = strict.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'content'}: ${issue.message}`);
  throw new Failure('USAGE', `The ${kind} message would be refused (${faults.join('; ')}).`, { facts: { faults } });
};
