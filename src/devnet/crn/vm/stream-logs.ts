import type { Peer } from '../../http/websocket/open-peer.ts';
import { authenticateMessage } from '../auth/authenticate-message.ts';
import { parseObject } from '../auth/signed-pubkey.ts';
import type { Crn } from '../world/crn.ts';
import { vmLogs } from './vm-logs.ts';

/** How often a running VM's console is looked at, ms of the devnet's clock. */
const lookEveryMs = 1000;

/** Sends a VM's console to a client that proves to be its owner (protocol-crn.md 2.8): a running VM's as it grows, another's once. */
export const streamLogs = async (crn: Crn, hash: string, owner: string, peer: Peer): Promise<void> => {
  const tell = (message: object): void => peer.send(JSON.stringify(message));
  const refused = refusalOf(crn, owner, await peer.receive());
  if (refused !== null) {
    tell({ status: 'failed', reason: refused });
    return peer.close();
  }
  tell({ status: 'connected' });
  const vm = crn.state.vms[hash];
  let told = 0;
  const tellNew = (): void => {
    const times = crn.state.vms[hash]?.times ?? crn.state.past[hash]?.times;
    const lines = times === undefined ? [] : vmLogs(crn, hash, times);
    for (const { MESSAGE: message, file: type } of lines.slice(told)) tell({ type, message });
    told = lines.length;
  };
  if (vm?.phase === 'running') {
    tellNew();
    const off = crn.world.clock.every(lookEveryMs, () => {
      tellNew();
      if (crn.state.vms[hash]?.phase !== 'running') peer.close();
    });
    return peer.onClose(off);
  }
  if (vm?.phase === 'preparing' || vm?.phase === 'starting') tell({ type: 'system', message: 'VM is starting, try again shortly' });
  else {
    tellNew();
    tell({ type: 'system', message: 'VM is not running, past logs sent' });
  }
  peer.close();
};

/** Why the first text does not open the console to who sent it, in the node's words; null where it does. */
const refusalOf = (crn: Crn, owner: string, text: string | null): string | null => {
  const first = parseObject(text ?? '');
  if (first === null) return 'Expecting value: line 1 column 1 (char 0)';
  const { auth } = first;
  if (!auth) return "missing 'auth' key in message";
  try {
    const sender = authenticateMessage(auth as Record<string, unknown>, crn.domain, crn.world.clock.now());
    return crn.checks.mayOperate(sender, owner) ? null : 'unauthorized sender';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
