import * as z from 'zod';
import { itemHash, lenientBoolean, lenientInteger, orNull } from './fields.ts';

const port = z.object({ protocol: z.enum(['tcp', 'udp']).default('tcp'), port: lenientInteger(1, 65_535) });

export const resources = z.object({
  vcpus: lenientInteger(1, 256).default(1),
  memory: lenientInteger(1, 1_048_576).default(128),
  seconds: lenientInteger(1, 315_360_000).default(1),
  published_ports: orNull(z.array(port)),
});

export const payment = z.object({
  chain: orNull(z.string()),
  receiver: orNull(z.string()),
  type: z.enum(['hold', 'superfluid', 'credit']).default('hold'),
});

const trustedExecution = z.strictObject({
  firmware: orNull(itemHash),
  policy: lenientInteger(0, 0xffff_ffff).default(1),
  mode: z.enum(['sev', 'sev_snp', 'tdx']).optional(),
  runtime: z.string().nullish(),
  measurements: z.array(z.unknown()).nullish(),
  attestation_port: lenientInteger(1, 65_535).nullish(),
});

/** Of a program; the rest is an instance's, and dropped here. */
export const programEnvironment = z.object({
  reproducible: lenientBoolean.default(false),
  internet: lenientBoolean.default(false),
  aleph_api: lenientBoolean.default(false),
  shared_cache: lenientBoolean.default(false),
});

export const environment = programEnvironment.extend({
  hypervisor: orNull(z.enum(['qemu', 'firecracker'])),
  trusted_execution: orNull(trustedExecution),
});

const compiles = (pattern: string): boolean => {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
};

export const requirements = z.strictObject({
  cpu: orNull(
    z.strictObject({
      architecture: orNull(z.enum(['x86_64', 'arm64'])),
      vendor: orNull(z.string()),
      features: orNull(z.array(z.string())),
    }),
  ),
  node: orNull(
    z.strictObject({
      owner: orNull(z.string()),
      address_regex: orNull(z.string().max(256).refine(compiles, 'not a pattern')),
      node_hash: orNull(itemHash),
      terms_and_conditions: orNull(itemHash),
    }),
  ),
  gpu: orNull(
    z.array(z.strictObject({ vendor: z.string(), device_name: z.string(), device_class: z.enum(['0300', '0302']), device_id: z.string() })),
  ),
});

const size = (max: number) => (value: object) => Object.keys(value).length <= max;
const scalar = z.union([z.string().max(512), z.number(), z.boolean(), z.null()]);
const tags = z.array(z.string().max(256)).max(16);

export const metadata = z
  .record(z.string().max(64), z.unknown())
  .refine(size(256), 'too many entries')
  .refine((map) => Object.entries(map).every(([key, value]) => (key === 'tags' ? tags : scalar).safeParse(value).success), 'not scalar');

export const variables = z.record(z.string().max(128), z.string().max(4096)).refine(size(256), 'too many entries');
