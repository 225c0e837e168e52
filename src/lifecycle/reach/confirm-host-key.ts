import { Failure } from '../../domain/failure/failure.ts';
import type { SshEndpoint, VmRecord } from '../../domain/ledger/vm-record.ts';
import { consoleHostKeys } from '../../domain/reach/console-host-keys.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ConsoleLog } from '../../ports/network/console-log.ts';
import type { HostKeyTrust } from '../../ports/shell.ts';

/** cloud-init shows host keys at the end of a first boot, after packages were installed. */
const shownWithinMs = 15 * 60_000;
const consoleLimitMs = 3_000;
const meetLimitMs = 5_000;

/**
 * Weighs the VM's host key by the node's console log, as long as that may still show it: before first contact its keys are pinned,
 * after it they are compared. A node that keeps silent, or a key of ours that somebody would have to unlock for this, leaves it at
 * first use; `unlocked`: this call has unlocked it already. `HOST_KEY_CHANGED` where the log shows another.
 */
export const confirmHostKey = async (context: ChangeContext, vm: VmRecord, unlocked = false): Promise<HostKeyTrust | null> => {
  const trust = await context.shell.hostKeyTrust(vm.id);
  const age = context.clock.now() - (vm.healthyAt ?? context.clock.now());
  if (trust === 'console' || (trust === 'firstUse' && age > shownWithinMs)) return trust;
  const key = context.keys
    .list()
    .find(({ address, network, kind }) => address === vm.account && network === vm.network && (kind === 'hot' || unlocked));
  if (key === undefined) return trust;
  const signer = await context.keys.signer(key.name, context.network);
  return compareHostKeys(context, vm, await (await context.cloud()).nodes.consoleLog(vm.node, vm.id, signer, consoleLimitMs));
};

/** What the host key of a VM is worth by now, compared where it answers SSH. That it cannot be told spoils no VM that came up. */
export const trustOf = async (context: ChangeContext, vm: VmRecord, unlocked = false): Promise<HostKeyTrust | null> => {
  try {
    return await (vm.state === 'healthy' ? confirmHostKey(context, vm, unlocked) : context.shell.hostKeyTrust(vm.id));
  } catch (problem) {
    if (problem instanceof Failure && problem.code !== 'HOST_KEY_CHANGED' && problem.code !== 'INTERRUPTED') return null;
    throw problem;
  }
};

/**
 * Who answers at the address that a node gives for a VM. A node may name another VM's port: where the console shows what the VM's host
 * key has to be, only that key counts. Nothing is sent, and nothing pinned at first use, to find out.
 */
export const whoAnswers = async (
  context: ChangeContext,
  vm: VmRecord,
  endpoint: SshEndpoint,
  unlocked: boolean,
): Promise<'itself' | 'another' | 'nobody'> => {
  const trust = await confirmHostKey(context, vm, unlocked).catch((problem) => {
    if (problem instanceof Failure && problem.code !== 'INTERRUPTED') return problem.code === 'HOST_KEY_CHANGED' ? 'changed' : null;
    throw problem;
  });
  if (trust === 'changed') return 'another';
  if (trust !== 'console') return 'itself';
  const met = await context.shell.meet(vm.id, endpoint, meetLimitMs);
  return met === 'pinned' ? 'itself' : met === 'another' ? 'another' : 'nobody';
};

/** `confirmHostKey` with a log that was read already. */
export const compareHostKeys = async (context: ChangeContext, vm: VmRecord, log: ConsoleLog): Promise<HostKeyTrust | null> =>
  log.answer === 'log'
    ? context.shell.confirmHostKeys(vm.id, consoleHostKeys(log.lines.map(({ untrustedText }) => untrustedText)))
    : context.shell.hostKeyTrust(vm.id);
