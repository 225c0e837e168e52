import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { Signer } from '../../ports/keys/keys.ts';
import type { ConsoleLog } from '../../ports/network/console-log.ts';

const limitMs = 30_000;

const sentences = {
  absent: 'has no console log of it: it never ran there, or the record is gone',
  refused: 'does not let our key read its console',
  tooLong: 'gives more than 16 MiB of console log',
  unreachable: 'does not give its console log',
} as const;

/**
 * Reads a VM's console log, with that of earlier runs, from its node. `VM_NOT_READY` where the node has no log of the VM,
 * `NODE_UNAVAILABLE` where it does not give the log.
 */
export const readConsole = async (context: ChangeContext, vm: VmRecord, signer: Signer): Promise<ConsoleLog & { answer: 'log' }> => {
  const log = await (await context.cloud()).nodes.consoleLog(vm.node, vm.id, signer, limitMs);
  if (log.answer === 'log') return log;
  throw new Failure(
    log.answer === 'absent' ? 'VM_NOT_READY' : 'NODE_UNAVAILABLE',
    `Node ${shortId(vm.node.hash)} of VM ${vm.name} ${sentences[log.answer]}.`,
    {
      facts: { id: shortId(vm.id), node: shortId(vm.node.hash), reason: log.answer },
      fix: agent('See what network and node say of it.', 'vm show', vm.name),
    },
  );
};
