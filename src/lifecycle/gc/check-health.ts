import { stateBy, withProbe } from '../../domain/ledger/health.ts';
import type { SshEndpoint, VmRecord, VmState } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import type { LedgerTransaction } from '../../ports/ledger.ts';
import type { NodeView } from '../../ports/network/nodes.ts';
import { answeringEndpoint } from '../reach/probe-ssh.ts';
import { startedAgain } from '../timers/end-unarmed.ts';
import { auditVm } from '../trail/audit.ts';
import { sideBySide } from './side-by-side.ts';

const meetLimitMs = 5_000;
/** A silent VM keeps a look waiting for as long as SSH may take. */
const looksAtOnce = 128;

/** One VM after its health was checked. */
export interface Checked {
  vm: VmRecord;
  /** The VM's state before the check. */
  from: VmState;
  answers: boolean;
  onNode: NodeView['state'];
}

interface Seen extends Omit<Checked, 'from'> {
  at: number;
  endpoint: SshEndpoint | null;
  ipv6: string | null;
}

/**
 * Looks at all healthy, unreachable and stopped VMs, many at once, whether they answer SSH, and records the answers: three failures in a row make
 * a VM unreachable, one answer makes it healthy again, also one that was stopped and runs again. Follows an address that the node has changed, but not to a machine with another host key
 * than the VM's.
 */
export const checkHealth = async (context: ChangeContext, account: string): Promise<Checked[]> => {
  const ledger = await context.ledger();
  const rows = ledger.vms({ account, network: context.network, states: ['healthy', 'unreachable', 'stopped'] });
  if (rows.length === 0) return [];
  const seen = await sideBySide(rows, looksAtOnce, (vm) => lookAt(context, vm));
  return ledger.write('health.recorded', (transaction) => seen.flatMap((one) => record(context, transaction, one)));
};

const lookAt = async (context: ReadContext, vm: VmRecord): Promise<Seen> => {
  const view = await (await context.cloud()).nodes.nodeView(vm.node, vm.id);
  const place = await answeringEndpoint(context, { ...view, endpoint: view.endpoint ?? vm.endpoint });
  const endpoint = place !== null && (await context.shell.meet(vm.id, place, meetLimitMs)) === 'another' ? null : place;
  return { vm, at: context.clock.now(), answers: endpoint !== null, onNode: view.state, endpoint, ipv6: view.ipv6 };
};

/** Records a look only if the VM is still in the state that it was looked at in: another process that moved it meanwhile knows better. */
const record = (context: ChangeContext, transaction: LedgerTransaction, { at, endpoint, ipv6, ...look }: Seen): Checked[] => {
  const current = transaction.vm(look.vm.id);
  if (current?.state !== look.vm.state) return [];
  // A stopped VM that is silent is as it should be; one that answers was started by the scheduler, as 1.x nodes let it (protocol-crn.md §7.2).
  if (current.state === 'stopped' && !(look.answers && look.onNode === 'running')) return [];
  // A stop that ended while this looked has stopped what it saw running.
  if (current.state === 'stopped' && current.updatedAt !== look.vm.updatedAt) return [];
  const run = withProbe(transaction.health(current.id)[0] ?? null, { at, answers: look.answers, onNode: look.onNode });
  if (run !== null) transaction.putHealth(current.id, run);
  const state = run === null ? current.state : stateBy(current.state, run);
  const moved = endpoint !== null && (endpoint.host !== current.endpoint?.host || endpoint.port !== current.endpoint.port);
  if (state === current.state && !moved) return [{ ...look, vm: current, from: current.state }];
  const patch = endpoint === null ? {} : { endpoint, ipv6: ipv6 ?? current.ipv6 };
  const vm = transaction.updateVm(current.id, { ...patch, state, updatedAt: context.clock.now() });
  auditVm(context, transaction, 'health.recorded', vm, {
    outcome: state === current.state ? 'address changed' : current.state === 'stopped' ? startedAgain : state,
    facts: run === null ? {} : { probes: run.probes, onNode: run.onNode },
  });
  return [{ ...look, vm, from: current.state }];
};
