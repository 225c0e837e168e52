import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { Signer } from '../../../ports/keys/keys.ts';
import type { NodeOperation, OperationAnswer } from '../../../ports/network/nodes.ts';
import type { Ask } from '../http/http.ts';
import { operatorHeaders } from './operator-headers.ts';

/** A node's answer, by status and its fixed sentences (protocol-crn.md §2.8). Nothing of them is passed on. */
const meaning = (status: number, text: string): OperationAnswer => {
  if (status === 200) {
    if (/^Already (stopped|running)/.test(text)) return 'already';
    // It says so and starts nothing.
    return /^Starting VM \(was not running\)/.test(text) ? 'notRunning' : 'done';
  }
  if (status === 404) return /No virtual machine with ref/.test(text) ? 'absent' : 'unsupported';
  if (status === 500) return 'failed';
  return status < 500 ? 'refused' : 'unreachable';
};

/**
 * A signed call on one VM of a node; answered when it is done. `reinstall` rebuilds all disks: the flag that spares volumes is
 * not used, ours have none. Without an answer it may have been done all the same.
 */
export const operateOnNode = async (
  ask: Ask,
  node: NodeRef,
  call: { id: string; operation: NodeOperation; signer: Signer; at: number },
  timeoutMs: number,
): Promise<OperationAnswer> => {
  const { id, operation, ...signing } = call;
  const path = `/control/machine/${id}/${operation}`;
  const headers = await operatorHeaders({ ...signing, method: 'POST', path, domain: new URL(node.url).hostname });
  const answer = await ask(`${node.url}${path}`, { method: 'POST', headers, timeoutMs, connectMs: timeoutMs });
  return answer.answered ? meaning(answer.status, answer.text) : 'unreachable';
};
