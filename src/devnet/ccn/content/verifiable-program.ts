import * as z from 'zod';
import { metadata, requirements, resources } from './execution.ts';
import { base, itemHash, lenientBoolean, orNull } from './fields.ts';

/** Bit 17 of a SEV-SNP guest policy is reserved and must be 1. */
const reservedBit = 1n << 17n;
const policy = z
  .int()
  .min(0)
  .refine((value) => (BigInt(value) & reservedBit) !== 0n, 'reserved bit 17 is not set');

const roothash = z.string().regex(/^[0-9a-f]{64}$/);
const comment = z.string().max(1024).default('');
const verified = z.strictObject({ ref: itemHash, hash_tree: itemHash, roothash });

const measurement = z.strictObject({
  platform: z.literal('sev_snp'),
  digest: z.string().regex(/^[0-9a-f]{96}$/),
  vcpu_type: orNull(z.string().max(64)),
});

const none = (value: unknown): boolean => value === null || value === undefined || Object.keys(Object(value)).length === 0;

/**
 * A program whose whole software is measured (aleph-message: aleph_message/models/execution/vprogram.py): paid by credit alone, never amended, and
 * without anything that would reach the guest unmeasured.
 */
export const verifiableProgramContent = z.strictObject({
  ...base,
  allow_amend: lenientBoolean.refine((value) => !value, 'immutable'),
  metadata: orNull(metadata),
  variables: z.unknown().optional().refine(none, 'unmeasured'),
  authorized_keys: z.unknown().optional().refine(none, 'unmeasured'),
  replaces: z.null().optional(),
  environment: z.strictObject({ internet: lenientBoolean.default(false) }),
  resources,
  payment: z.object({ chain: orNull(z.string()), receiver: orNull(z.string()), type: z.literal('credit') }),
  requirements: orNull(requirements),
  runtime: z.strictObject({ ref: itemHash, comment }),
  workload: verified,
  verification: z.strictObject({
    backend: z.literal('sev_snp'),
    policy: policy.default(0x30000),
    measurements: z.array(measurement).min(1).max(16),
  }),
  volumes: z.array(verified.extend({ comment })).max(8).default([]),
});
