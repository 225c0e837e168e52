import * as z from 'zod';
import { metadata, payment, programEnvironment, requirements, resources, variables } from './execution.ts';
import { base, itemHash, lenientBoolean, orNull } from './fields.ts';
import { estimatedVolumes, volumes } from './volumes.ts';

const code = z.strictObject({
  encoding: z.enum(['plain', 'zip', 'squashfs']),
  entrypoint: z.string(),
  ref: itemHash,
  interface: orNull(z.enum(['asgi', 'binary'])),
  args: orNull(z.array(z.string())),
  use_latest: lenientBoolean.default(false),
});
const runtime = z.strictObject({ ref: itemHash, use_latest: lenientBoolean.default(true), comment: z.string() });
const data = z.strictObject({
  encoding: z.enum(['plain', 'zip', 'squashfs']),
  mount: z.string(),
  ref: itemHash,
  use_latest: lenientBoolean.default(false),
});
const size = { estimated_size_mib: orNull(z.number().min(0)) };

const model = z.strictObject({
  ...base,
  allow_amend: lenientBoolean,
  metadata: orNull(metadata),
  authorized_keys: orNull(z.array(z.string().max(8192)).max(256)),
  variables: orNull(variables),
  environment: programEnvironment,
  resources,
  payment: orNull(payment),
  requirements: orNull(requirements),
  volumes: volumes.default([]),
  replaces: orNull(z.string().max(128)),
  type: z.literal('vm-function'),
  code,
  runtime,
  data: orNull(data),
  export: orNull(z.strictObject({ encoding: z.string(), mount: z.string() })),
  on: z.object({ http: lenientBoolean, message: orNull(z.array(z.record(z.string(), z.unknown()))), persistent: orNull(lenientBoolean) }),
});

export const programContent = model;
export const programEstimate = model.extend({
  allow_amend: lenientBoolean.default(false),
  code: code.extend(size),
  runtime: runtime.extend(size),
  data: orNull(data.extend(size)),
  volumes: estimatedVolumes.default([]),
});
