import * as z from 'zod';
import type { Placement } from '../../../ports/network/nodes.ts';
import { type Ask, kib } from '../http/http.ts';
import { readJson } from '../http/read-json.ts';
import { itemHash } from '../http/wire-values.ts';

const word = z
  .string()
  .regex(/^[A-Za-z]{1,20}$/)
  .transform((status) => status.toLowerCase());
const row = z.object({ vm_hash: z.string(), status: word, allocated_node: itemHash.nullish().catch(null) });
const allocation = z.object({ vm_hash: z.string(), node: z.object({ node_id: itemHash.nullish().catch(null) }) });
const question = { timeoutMs: 10_000, limitBytes: 64 * kib };

/** Where the network's scheduler has put a VM (protocol-crn.md §4.2, older schedulers §4.1). Never throws for a silent one. */
export const placement = async (ask: Ask, base: string, id: string): Promise<Placement> => {
  const newer = readJson(await ask(`${base}/api/v1/vms/${id}`, question), row);
  if (newer.kind === 'value' && newer.value.vm_hash === id) {
    return { status: newer.value.status, node: newer.value.allocated_node ?? null, answered: true };
  }
  const older = readJson(await ask(`${base}/api/v0/allocation/${id}`, question), allocation);
  if (older.kind === 'value' && older.value.vm_hash === id) {
    return { status: 'scheduled', node: older.value.node.node_id ?? null, answered: true };
  }
  const unknown = [newer, older].some((reading) => reading.kind === 'status' && reading.status === 404);
  return { status: null, node: null, answered: unknown };
};
