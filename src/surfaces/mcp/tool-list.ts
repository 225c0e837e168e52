import type { AnyCommand } from '../../contract/declare/command.ts';
import type { Described } from '../../contract/declare/describe.ts';
import { looksOnly, toolName } from '../../contract/declare/tool.ts';
import { type ObjectSchema, toolInputSchema, toolOutputSchema } from './tool-schemas.ts';

/**
 * The tools that most agents need, and the inputs of each that they need. Where `--tools` chooses, tools list all their inputs; they are
 * taken in any case.
 */
export const defaultTools: Readonly<Record<string, readonly string[]>> = {
  status: [],
  credits_estimate: ['cu', 'gpu', 'ttl'],
  crns_ls: ['minVcpus', 'minMemory', 'gpu', 'region', 'limit'],
  vm_create: ['name', 'cu', 'gpu', 'image', 'ttl', 'crn', 'maxHourly', 'requestId', 'dryRun', 'timeoutSeconds'],
  vm_wait: ['vm', 'timeoutSeconds'],
  vm_ls: ['all', 'ofTask'],
  vm_show: ['vm'],
  vm_exec: ['vm', 'command', 'timeoutSeconds'],
  vm_extend: ['vm', 'by', 'until', 'requestId', 'dryRun'],
  vm_destroy: ['vms', 'expired', 'ofTask', 'all', 'dryRun'],
  credits_balance: [],
  approvals_wait: ['id', 'timeoutSeconds'],
};

export type Tool = {
  name: string;
  description: string;
  inputSchema: ObjectSchema;
  outputSchema?: ObjectSchema;
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean; openWorldHint: boolean };
};

/** What a command's safety class means to a client that asks before it calls. */
export const annotationsOf = (described: Described): Tool['annotations'] => {
  const { safety, name } = described;
  const readOnlyHint = looksOnly(described);
  return {
    readOnlyHint,
    destructiveHint: safety === 'destroy' || name === 'vm exec',
    idempotentHint: readOnlyHint || safety === 'destroy' || name.endsWith(' wait'),
    openWorldHint: true,
  };
};

/** `inputs`: the keys to list; null for all. */
export const toolOf = (described: Described, command: AnyCommand, inputs: readonly string[] | null): Tool => ({
  name: toolName(described.name),
  description: described.summary,
  inputSchema: toolInputSchema(described, inputs),
  outputSchema: toolOutputSchema(command),
  annotations: annotationsOf(described),
});
