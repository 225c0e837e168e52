import { Failure } from '../../domain/failure/failure.ts';
import { liveStates, type VmRecord } from '../../domain/ledger/vm-record.ts';
import { type Forward, mostForwards, sameForwards } from '../../domain/reach/forwards.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { OpenPorts } from '../../ports/network/open-ports.ts';
import { isMadeHere, payerIn } from '../account/account-rows.ts';
import { confirmIdentity } from '../end/tear-down.ts';
import { deadlineOf } from '../operation/deadline-of.ts';
import { grantOf } from '../operation/grant-of.ts';
import { pollDelays } from '../operation/poll-delays.ts';
import { signerFor } from '../operation/signer-for.ts';
import { auditVm } from '../trail/audit.ts';
import { withLease } from '../trail/lease.ts';

const patienceMs = 30_000;
const publishLimitMs = 30_000;
const rereadLimitMs = 15_000;

export interface ChangedForwards {
  vm: VmRecord;
  changed: boolean;
  wanted: Forward[];
  open: OpenPorts;
}

/**
 * Reads the VM's entry in its owner's port-forwarding aggregate, applies `change`, publishes the whole entry, tells the node to read it,
 * and waits until the node shows it. `GRANT_MISSING` where another account pays and has taken its grant back. `USAGE` beyond 20 ports, `VM_NOT_READY` for a VM that is not up or stopped, `NETWORK_REJECTED`, and
 * `STILL_WAITING` where network or node has not followed in time.
 */
export const changeForwards = async (
  context: ChangeContext,
  id: string,
  change: (before: readonly Forward[]) => Forward[],
): Promise<ChangedForwards> => {
  const deadline = deadlineOf(context);
  return withLease(context, id, patienceMs, async () => {
    const ledger = await context.ledger();
    const row = ledger.vm(id)!;
    // Of a VM that this ledger did not make only the network tells who pays.
    const vm = isMadeHere(ledger, id) ? { ...row, payer: payerIn(ledger, row) } : await confirmIdentity(context, row);
    if (!liveStates.includes(vm.state) || vm.state === 'stopping' || vm.state === 'requested') {
      throw new Failure('VM_NOT_READY', `VM ${vm.name} is ${vm.state}; ports are forwarded to VMs that are there.`, {
        facts: { id: shortId(vm.id), state: vm.state },
      });
    }
    const { accounts } = await context.cloud();
    const [before, channel] = await Promise.all([accounts.forwards(vm.payer, vm.id), grantOf(context, vm)]);
    const wanted = change(before);
    if (wanted.length > mostForwards && wanted.length > before.length) {
      throw new Failure('USAGE', `VM ${vm.name} would have ${wanted.length} forwarded ports; ${mostForwards} are the most.`);
    }
    const changed = !sameForwards(before, wanted);
    if (changed) await publishForwards(context, vm, channel, wanted);
    return { vm, changed, wanted, open: await openAsWanted(context, vm, { before, wanted, changed }, deadline) };
  });
};

/**
 * Signs and records the entry before it leaves, then publishes it. After a crash in between, a repeated call reads the network's entry
 * again and starts from there.
 */
const publishForwards = async (
  context: ChangeContext,
  vm: VmRecord,
  channel: string | null,
  forwards: readonly Forward[],
): Promise<void> => {
  const [cloud, ledger, signer] = await Promise.all([context.cloud(), context.ledger(), signerFor(context, vm.account)]);
  const message = await cloud.signing.forwards({ owner: vm.payer, channel, id: vm.id, forwards, at: context.clock.now() }, signer);
  const facts = { aggregate: message.id, ports: forwards.map(({ port }) => port) };
  ledger.write('ports.signed', (transaction) => {
    transaction.insertSigned(vm.id, message);
    auditVm(context, transaction, 'ports.signed', vm, { outcome: 'signed', facts });
  });
  const startedAt = context.clock.now();
  const { status, rejection } = await context.effect('ports.publish', () =>
    cloud.messages.publish(message, { timeoutMs: publishLimitMs, signal: context.signal }),
  );
  ledger.write('ports.published', (transaction) =>
    auditVm(context, transaction, 'ports.published', vm, { outcome: status, latencyMs: context.clock.now() - startedAt, facts }),
  );
  if (status === 'processed') return;
  if (status === 'rejected' || status === 'invalid') {
    throw new Failure('NETWORK_REJECTED', `The network rejected the forwards of VM ${vm.name} (code ${rejection?.code ?? 'none'}).`, {
      facts: { id: shortId(vm.id), name: vm.name },
    });
  }
  throw stillWaiting(vm, 'the network has not yet processed them');
};

/**
 * Tells the node to read the entry, at once and again until it shows the wanted ports. Left alone a node reads it late, and an old node
 * never; told, it reads its own CCN's copy, which may be seconds behind.
 */
const openAsWanted = async (
  context: ChangeContext,
  vm: VmRecord,
  { before, wanted, changed }: { before: readonly Forward[]; wanted: readonly Forward[]; changed: boolean },
  deadline: number,
): Promise<OpenPorts> => {
  const cloud = await context.cloud();
  const delays = pollDelays();
  let open = await cloud.nodes.openPorts(vm.node, vm.id);
  let told: Awaited<ReturnType<typeof cloud.nodes.rereadForwards>> | null = null;
  while ((changed && told === null) || !shows(open, wanted, before)) {
    if (told === 'waiting' || told === 'absent') break;
    if (context.clock.now() >= deadline) throw stillWaiting(vm, `node ${shortId(vm.node.hash)} does not show them yet`);
    if (told !== null) await context.clock.wait(delays(), context.signal);
    told = await context.effect('ports.reread', () => cloud.nodes.rereadForwards(vm.node, vm.id, rereadLimitMs));
    open = await cloud.nodes.openPorts(vm.node, vm.id);
  }
  if (told !== null) {
    const ledger = await context.ledger();
    ledger.write('ports.told', (transaction) => auditVm(context, transaction, 'ports.told', vm, { outcome: told }));
  }
  return open;
};

const shows = ({ answered, ports }: OpenPorts, wanted: readonly Forward[], before: readonly Forward[]): boolean => {
  const gone = before.filter(({ port }) => port !== 22 && !wanted.some((forward) => forward.port === port));
  const there = wanted.every((forward) =>
    ports.some(({ port, tcp, udp }) => port === forward.port && (tcp || !forward.tcp) && (port === 22 || udp === forward.udp)),
  );
  return answered && there && !gone.some(({ port }) => ports.some((one) => one.port === port));
};

const stillWaiting = (vm: VmRecord, why: string): Failure =>
  new Failure('STILL_WAITING', `The forwards of VM ${vm.name} are sent, but ${why}.`, {
    sideEffects: 'unknown',
    facts: { id: shortId(vm.id), name: vm.name, state: vm.state },
    fix: agent('Look whether they are open by now.', 'vm port ls', vm.name),
  });
