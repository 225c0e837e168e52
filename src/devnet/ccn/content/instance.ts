import * as z from 'zod';
import { environment, metadata, payment, requirements, resources, variables } from './execution.ts';
import { base, lenientBoolean, orNull } from './fields.ts';
import { estimatedVolumes, rootfs, volumes } from './volumes.ts';

/**
 * The two generations of the rule on `requirements` (protocol-ccn §3.5): the older refuses any that is paid by credit and names no
 * node; the newer lets it pass.
 */
export type RequirementsRule = 'node-required' | 'node-optional';

const fields = {
  ...base,
  allow_amend: lenientBoolean,
  metadata: orNull(metadata),
  authorized_keys: orNull(z.array(z.string().max(8192)).max(256)),
  variables: orNull(variables),
  environment,
  resources,
  payment: orNull(payment),
  requirements: orNull(requirements),
  volumes: volumes.default([]),
  replaces: orNull(z.string().max(128)),
  rootfs,
};

const model = z.strictObject(fields);
const estimate = model.extend({
  allow_amend: lenientBoolean.default(false),
  time: base.time.optional(),
  volumes: estimatedVolumes.default([]),
});

export type InstanceContent = z.output<typeof model>;

const broken = (content: z.output<typeof estimate>, rule: RequirementsRule): string | null => {
  const paidBy = content.payment?.type ?? 'hold';
  const { hypervisor, trusted_execution: trusted } = content.environment;
  const node = content.requirements?.node ?? null;
  const pinned = node?.node_hash != null;
  const gpus = content.requirements?.gpu ?? [];
  if (trusted !== null && hypervisor !== 'qemu') return 'trusted execution needs qemu';
  if ((trusted?.mode === 'sev_snp' || trusted?.mode === 'tdx') && paidBy !== 'credit') return 'measured execution is paid by credit';
  if (gpus.length > 0 && hypervisor !== 'qemu') return 'a GPU needs qemu';
  if (gpus.length > 0 && !pinned && (rule === 'node-required' || paidBy !== 'credit')) return 'a GPU needs a node';
  if (node?.terms_and_conditions != null && !pinned) return 'terms and conditions need a node';
  if (node?.terms_and_conditions != null && paidBy === 'hold' && trusted === null) return 'terms and conditions are not for holders';
  if (content.requirements === null || pinned || paidBy === 'hold') return null;
  return paidBy === 'superfluid' || rule === 'node-required' ? 'requirements need a node' : null;
};

const guarded = <Schema extends typeof model | typeof estimate>(schema: Schema, rule: RequirementsRule) =>
  schema.superRefine((content, context) => {
    const problem = broken(content as z.output<typeof estimate>, rule);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

export const instanceContent = (rule: RequirementsRule) => guarded(model, rule);
/** What the estimate endpoints take: time and allow_amend may be absent, files may have a size foretold. */
export const instanceEstimate = (rule: RequirementsRule) => guarded(estimate, rule);
