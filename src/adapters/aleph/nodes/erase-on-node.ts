import type { NodeRef } from '../../../domain/ledger/vm-record.ts';
import type { Signer } from '../../../ports/keys/keys.ts';
import type { Ask } from '../http/http.ts';
import { operatorHeaders } from './operator-headers.ts';

export type EraseAnswer = 'erased' | 'absent' | 'refused' | 'unreachable';

/**
 * Asks a node to stop the VM and delete what it keeps of it (protocol-crn.md §2.8; 1.x nodes keep the root disk's file). The
 * signed domain is the host of the URL that the CCNs confirm, never what the node calls itself.
 */
export const eraseOnNode = async (
  ask: Ask,
  node: NodeRef,
  id: string,
  signing: { signer: Signer; at: number },
  timeoutMs: number,
): Promise<EraseAnswer> => {
  const path = `/control/machine/${id}/erase`;
  const headers = await operatorHeaders({ ...signing, method: 'POST', path, domain: new URL(node.url).hostname });
  const answer = await ask(`${node.url}${path}`, { method: 'POST', headers, timeoutMs, connectMs: timeoutMs });
  if (!answer.answered || answer.status >= 500) return 'unreachable';
  if (answer.status === 200) return 'erased';
  return answer.status === 404 ? 'absent' : 'refused';
};
