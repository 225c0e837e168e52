import { Failure } from '../../domain/failure/failure.ts';
import type { SshEndpoint, VmRecord } from '../../domain/ledger/vm-record.ts';
import { consoleHostKeys } from '../../domain/reach/console-host-keys.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { ConsoleLog } from '../../ports/network/console-log.ts';
import type { NodeView } from '../../ports/network/nodes.ts';
import type { HostKeyTrust } from '../../ports/shell.ts';
import { answeringEndpoint } from './probe-ssh.ts';

/**
 * cloud-init prints the host keys at the end of the first boot, after it installed packages; a log that lacks them by this age will not
 * show them any more.
 */
const shownWithinMs = 15 * 60_000;
const consoleLimitMs = 3_000;
const meetLimitMs = 5_000;

/**
 * Compares the VM's SSH host key with the node's console log while that log may still show it: pins the logged keys before first contact,
 * compares them after it. The key stays trusted at first use when the node is silent, or when reading the log would make a person unlock
 * the account's key; `unlocked` says that this call has unlocked it already. `HOST_KEY_CHANGED` where the log shows another key.
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

/**
 * Returns how far the VM's host key is trusted, comparing it first where the VM is healthy. null where that cannot be told: a VM that came
 * up is not failed for a silent node.
 */
export const trustOf = async (context: ChangeContext, vm: VmRecord, unlocked = false): Promise<HostKeyTrust | null> => {
  try {
    return await (vm.state === 'healthy' ? confirmHostKey(context, vm, unlocked) : context.shell.hostKeyTrust(vm.id));
  } catch (problem) {
    if (problem instanceof Failure && problem.code !== 'HOST_KEY_CHANGED' && problem.code !== 'INTERRUPTED') return null;
    throw problem;
  }
};

/**
 * Tells who answers at the address that the node gives for a VM. A node may name another VM's port: where a host key of the VM is known,
 * from the console log or from first use, only a machine with that key is the VM itself. Finding out sends nothing and pins nothing at
 * first use.
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
  if (trust === null) return 'itself';
  const met = await context.shell.meet(vm.id, endpoint, meetLimitMs);
  return met === 'pinned' ? 'itself' : met === 'another' ? 'another' : 'nobody';
};

/** Where SSH answers at an address that the node gives for a VM, and who answers there. */
export interface Answering {
  endpoint: SshEndpoint | null;
  who: Awaited<ReturnType<typeof whoAnswers>>;
}

/** Looks where SSH answers for a VM, and whether that is the VM itself. */
export const lookForSsh = async (
  context: ChangeContext,
  vm: VmRecord,
  view: Pick<NodeView, 'endpoint' | 'endpoint6'>,
  unlocked: boolean,
): Promise<Answering> => {
  const endpoint = await answeringEndpoint(context, view);
  return { endpoint, who: endpoint === null ? 'nobody' : await whoAnswers(context, vm, endpoint, unlocked) };
};

/** Does what `confirmHostKey` does, with a console log that the caller has read already. */
export const compareHostKeys = async (context: ChangeContext, vm: VmRecord, log: ConsoleLog): Promise<HostKeyTrust | null> =>
  log.answer === 'log'
    ? context.shell.confirmHostKeys(vm.id, consoleHostKeys(log.lines.map(({ untrustedText }) => untrustedText)))
    : context.shell.hostKeyTrust(vm.id);
