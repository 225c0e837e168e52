import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { NodeView, Placement, StartAnswer } from '../../ports/network/nodes.ts';
import { noteSilences, theNode } from '../end/host-silence.ts';
import { lookForSsh } from '../reach/confirm-host-key.ts';
import { auditVm } from '../trail/audit.ts';
import { moveVm } from '../trail/move-vm.ts';

/** The scheduler places a VM within about a minute; only after that is its node notified, once (protocol-crn.md §4.7). */
const notifyAfterMs = 75_000;
const notifyLimitMs = 300_000;
const bootLimitMs = 10 * 60_000;
const sshLimitMs = 3 * 60_000;
/** A node that is silent for a moment must not cost the VM: the attempt is given up only after the node has been silent for this long. */
const silentNodeMs = 3 * 60_000;
const bannerLimitMs = 5_000;

/** Why an attempt cannot succeed, in fixed words for the ledger and the failure. */
export type Dead =
  | 'credits'
  | 'full'
  | 'elsewhere'
  | 'failed'
  | 'unschedulable'
  | 'boot timeout'
  | 'no address'
  | 'ssh silent'
  | 'another machine';

interface Look {
  vm: VmRecord;
  dead: Dead | null;
}

export interface Health extends Look {
  /** Since when this process has seen the VM running, ms. */
  runningSince: number | null;
}

/**
 * Looks once at a `provisioning` VM: at the node's list, the scheduler, and who answers SSH. Moves the row to `healthy` where the node runs
 * the VM and the VM itself answers SSH; notifies the node where neither it nor the scheduler has taken the VM; names the reason (`dead`)
 * where the attempt is lost. `SSH_BLOCKED_FROM_HERE`.
 */
export const lookForHealth = async (
  context: ChangeContext,
  vm: VmRecord,
  runningSince: number | null,
  unlocked = false,
): Promise<Health> => {
  const cloud = await context.cloud();
  const now = context.clock.now();
  const age = now - (vm.processedAt ?? vm.signedAt);
  const [view, placement] = await Promise.all([cloud.nodes.nodeView(vm.node, vm.id), cloud.nodes.placement(vm.id)]);
  if (view.state === 'running' && (view.endpoint !== null || view.endpoint6 !== null)) {
    const since = runningSince ?? now;
    if (runningSince === null) tell(context, 'booting', vm);
    const { endpoint, who } = await lookForSsh(context, vm, view, unlocked);
    if (who === 'itself') {
      tell(context, 'sshReady', vm);
      return { vm: await makeHealthy(context, vm, { ...view, endpoint }), dead: null, runningSince: since };
    }
    if (context.clock.now() - since > sshLimitMs) {
      if (who === 'another') return { vm, dead: 'another machine', runningSince: since };
      await requireSshFromHere(context, vm);
      return { vm, dead: 'ssh silent', runningSince: since };
    }
    return { vm, dead: null, runningSince: since };
  }
  const silentFor = await noteSilences(context, vm, new Map([[theNode, view.state !== 'unreachable']]));
  if (placement.status === 'unschedulable') return { vm, dead: 'unschedulable', runningSince: null };
  const inDoubt = view.state === 'unreachable' && silentFor(theNode) < silentNodeMs;
  if (age > bootLimitMs) return { vm, dead: inDoubt ? null : view.state === 'running' ? 'no address' : 'boot timeout', runningSince: null };
  const unseen = view.state === 'absent' && !placed(placement);
  if (!unseen || age < notifyAfterMs || vm.notifiedAt !== null) return { vm, dead: null, runningSince: null };
  return { ...(await startOnce(context, vm)), runningSince: null };
};

const tell = (context: ChangeContext, phase: 'booting' | 'sshReady', { operation, id, name }: VmRecord): void =>
  context.progress.phase(phase, { operation, vm: id, name });

const placed = ({ status }: Placement): boolean => status === 'scheduled' || status === 'dispatched';

const makeHealthy = async (context: ChangeContext, vm: VmRecord, view: NodeView): Promise<VmRecord> => {
  const healthy = await moveVm(context, 'create.healthy', vm, {
    to: 'healthy',
    outcome: 'healthy',
    patch: { healthyAt: context.clock.now(), endpoint: view.endpoint, ipv6: view.ipv6 },
    facts: { readyMs: context.clock.now() - vm.signedAt },
    since: vm.processedAt ?? vm.signedAt,
  });
  context.progress.phase('healthy', { operation: vm.operation, vm: vm.id, name: vm.name });
  return healthy;
};

/**
 * Notifies the node to start the VM. The row records the notify before it is sent, so that a second one never follows: that can kill a
 * booting VM (protocol-crn.md §2.5).
 */
const startOnce = async (context: ChangeContext, vm: VmRecord): Promise<Look> => {
  const ledger = await context.ledger();
  const noted = ledger.write('create.start', (transaction) => {
    // A process that lost its lease while it slept must not repeat what another process did meanwhile.
    const current = transaction.vm(vm.id);
    if (current?.state !== vm.state || current.notifiedAt !== null) return null;
    const row = transaction.updateVm(vm.id, { notifiedAt: context.clock.now(), updatedAt: context.clock.now() });
    auditVm(context, transaction, 'create.start', row, { outcome: 'notifying' });
    return row;
  });
  if (noted === null) return { vm: ledger.vm(vm.id) ?? vm, dead: null };
  const startedAt = context.clock.now();
  const answer = await context.effect('create.notify', async () =>
    (await context.cloud()).nodes.startOnNode(vm.node, vm.id, notifyLimitMs),
  );
  ledger.write('create.started', (transaction) =>
    auditVm(context, transaction, 'create.started', noted, { outcome: answer, latencyMs: context.clock.now() - startedAt }),
  );
  return { vm: noted, dead: deadly(answer) };
};

/**
 * Returns the reason where no waiting mends the node's answer; null otherwise, because a node that did not answer may have started the VM
 * all the same.
 */
const deadly = (answer: StartAnswer): Dead | null => (answer === 'credits' || answer === 'full' || answer === 'elsewhere' ? answer : null);

/**
 * Throws `SSH_BLOCKED_FROM_HERE` where SSH of other nodes is silent too: then the fault is on this side, and another node would not help.
 */
const requireSshFromHere = async (context: ChangeContext, vm: VmRecord): Promise<void> => {
  const cloud = await context.cloud();
  const others = (await cloud.nodes.list()).nodes.filter((node) => node.active && node.hash !== vm.node.hash);
  const samples = await cloud.nodes.sshSamples(others.slice(0, 12));
  const banners = await Promise.all(samples.slice(0, 2).map((endpoint) => context.shell.probe(endpoint, bannerLimitMs)));
  if (banners.length > 0 && !banners.includes('ssh')) {
    throw new Failure('SSH_BLOCKED_FROM_HERE', `VM ${vm.name} runs, but SSH answers neither there nor at ${banners.length} other nodes.`, {
      fix: human('Let outgoing TCP connections to ports above 24000 through.'),
      facts: { id: shortId(vm.id), name: vm.name },
    });
  }
};
