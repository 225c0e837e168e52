import * as z from 'zod';
import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { StartAnswer } from '../../../ports/network/nodes.ts';
import type { Ask } from '../http/http.ts';
import { parsed } from '../http/read-json.ts';

const shape = z.object({
  error: z.string().nullish().catch(null),
  success: z.boolean().nullish().catch(null),
  errors: z.record(z.string(), z.string()).nullish().catch(null),
});

/** A node's answer to notify, by status and its fixed sentences (protocol-crn.md §2.5, rows named). */
const meaning = (status: number, said: z.output<typeof shape> | null): StartAnswer => {
  const error = said?.error ?? '';
  if (status === 200) return said?.success === true ? 'started' : 'failed'; // 14
  if (status === 402) return 'credits'; // 10
  if (status === 409) return 'governed';
  if (status === 400) return /allocated to a different node/.test(error) ? 'elsewhere' : 'failed'; // 6, else 1, 2, 4, 11
  if (status === 500) return /Aleph message not found/.test(error) ? 'notYet' : 'failed'; // 3, else 13
  if (status === 503 && said !== null) {
    if (/Node hash not yet discovered/.test(error)) return 'notYet'; // 5
    if (/cannot host the requested instance/.test(error)) return 'full'; // 7
    if (said.success === false)
      return Object.values(said.errors ?? {}).some((name) => /InsufficientResources/.test(name)) ? 'full' : 'failed'; // 12
  }
  return 'unreachable';
};

/**
 * Tells a node to start the VM. The call lasts as long as download and boot; without an answer in time the VM may start all
 * the same, so the caller looks at the node and never calls twice while it shows there.
 */
export const startOnNode = async (
  ask: Ask,
  node: NodeRef,
  id: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal | undefined },
): Promise<StartAnswer> => {
  const answer = await ask(`${node.url}/control/allocation/notify`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instance: id }),
    timeoutMs,
    connectMs: timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  });
  return answer.answered ? meaning(answer.status, parsed(answer.text, shape)?.value ?? null) : 'unreachable';
};
