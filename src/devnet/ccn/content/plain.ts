import * as z from 'zod';
import { payment } from './execution.ts';
import { base, itemHash, orNull } from './fields.ts';

const object = z.record(z.string(), z.unknown());

export const postContent = z.strictObject({
  ...base,
  content: orNull(z.union([object, z.string(), z.array(z.unknown())])),
  ref: orNull(z.union([z.string(), object])),
  type: z.string(),
});

export const aggregateContent = z.strictObject({ ...base, key: z.string(), content: object });

/** `aggregates` is declared as item hashes, so that no ordinary key fits (protocol-ccn §4.1). */
export const forgetContent = z.strictObject({
  ...base,
  hashes: z.array(itemHash).max(1000),
  aggregates: z.array(itemHash).default([]),
  reason: orNull(z.string().max(1000)),
});

/** The one content that ignores what it does not know. */
export const storeContent = z.object({
  ...base,
  item_type: z.enum(['storage', 'ipfs']),
  item_hash: itemHash,
  size: orNull(z.number()),
  content_type: orNull(z.string()),
  ref: orNull(z.string()),
  tags: orNull(z.array(z.string())),
  metadata: orNull(object),
  payment: orNull(payment),
});

export const storeEstimate = storeContent.extend({ estimated_size_mib: orNull(z.number().min(0)) });
