import * as z from 'zod';
import { itemHash, lenientBoolean, MAX_VOLUME_MIB, orNull, strictSize } from './fields.ts';

const place = { comment: orNull(z.string().max(256)), mount: orNull(z.string().max(256)) };
const persistence = z.enum(['host', 'store']);
const parent = z.object({ ref: itemHash, use_latest: lenientBoolean.default(true) });

const immutable = z.strictObject({ ...place, ref: itemHash, use_latest: lenientBoolean.default(true) });
const estimatedImmutable = immutable.extend({ estimated_size_mib: orNull(z.number().min(0)) });
/** `ephemeral` defaults to true, so a small volume without persistence and name is ephemeral: protocol-ccn §3.6. */
const ephemeral = z.strictObject({ ...place, ephemeral: z.literal(true).default(true), size_mib: strictSize(1000) });
const persistent = z.strictObject({
  ...place,
  parent: orNull(parent),
  persistence: orNull(persistence),
  name: orNull(z.string().max(256)),
  size_mib: strictSize(MAX_VOLUME_MIB),
});

/** The first kind that fits, in the server's order. */
export const volumes = z.array(z.union([immutable, ephemeral, persistent])).max(256);
/** Estimates may name the size of a file that is not there yet. */
export const estimatedVolumes = z.array(z.union([estimatedImmutable, ephemeral, persistent])).max(256);

export const rootfs = z.object({
  parent,
  persistence,
  size_mib: strictSize(MAX_VOLUME_MIB),
  forgotten_by: orNull(z.array(z.string())),
});
