import { Failure } from '../../domain/failure/failure.ts';
import type { NodeRef, VmRecord } from '../../domain/ledger/vm-record.ts';
import { startsTwice } from '../../domain/nodes/starts-twice.ts';
import { human } from '../../domain/suggest/fix.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ChangeContext } from '../../ports/context.ts';
import type { NodeView, Placement, StartAnswer } from '../../ports/network/nodes.ts';
import { noteSilences, theNode } from '../end/host-silence.ts';
import { lookForSsh } from '../reach/confirm-host-key.ts';
import { auditVm } from '../trail/audit.ts';
import { moveVm } from '../trail/move-vm.ts';

/**
 * The scheduler tells a node to start a VM within about a minute of its message. A node that would kill a booting VM at a second word is
 * notified only after that, where its list still lacks the VM; others at once (protocol-crn.md §4.7).
 */
const notifyAfterMs = { silentScheduler: 75_000, scheduled: 135_000 } as const;
/** A notify of which nothing came, not even on the node's list, was not heard: whoever sent it may have died before it left. */
const unheardMs = 60_000;
/** A node, or the CCN that it asks, knows of new credits within half a minute (protocol-crn.md §2.5). */
const creditsKnownMs = 60_000;
/** Versions only grow, so that a list of yesterday errs on the careful side. */
const versionAgeMs = 24 * 3_600_000;
/** A node that does not know the message, its payer's credits or itself yet is asked again: soon a few times, then now and then, for five minutes. */
const notYet = { soonMs: 2_000, soonTimes: 5, laterMs: 15_000, untilMs: 300_000 } as const;
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

export interface Health {
  vm: VmRecord;
  /** Why the attempt is lost. */
  dead: Dead | null;
  /** Since when this process has seen the VM running, ms. */
  runningSince: number | null;
  /** The node was notified, and will answer with null or with why the attempt is lost; null where it was not. */
  starting: Promise<Dead | null> | null;
}

interface Notify {
  /** How long the node may take to answer, which it does when the VM runs. */
  limitMs: number;
  /** Ends the wait before. */
  signal?: AbortSignal;
  /** The node's version; null where it is not known. */
  version(): Promise<string | null>;
}

interface Looking {
  /** Since when this process has seen the VM running, ms; null: not yet. */
  runningSince: number | null;
  /** The key that signs is unlocked. */
  unlocked: boolean;
  notify: Notify;
}

/**
 * Looks once at a `provisioning` VM: at the node's list, the scheduler, and who answers SSH. Moves the row to `healthy` where the node runs
 * the VM and the VM itself answers SSH; notifies the node where its list lacks the VM; names the reason (`dead`) where the attempt is lost. `SSH_BLOCKED_FROM_HERE`.
 */
export const lookForHealth = async (context: ChangeContext, vm: VmRecord, { runningSince, unlocked, notify }: Looking): Promise<Health> => {
  const cloud = await context.cloud();
  const now = context.clock.now();
  const age = now - (vm.processedAt ?? vm.signedAt);
  const look: Health = { vm, dead: null, runningSince: null, starting: null };
  const [view, placement] = await Promise.all([cloud.nodes.nodeView(vm.node, vm.id), cloud.nodes.placement(vm.id)]);
  if (view.state === 'running' && (view.endpoint !== null || view.endpoint6 !== null)) {
    const since = runningSince ?? now;
    if (runningSince === null) tell(context, 'booting', vm);
    const { endpoint, who } = await lookForSsh(context, vm, view, unlocked);
    if (who === 'itself') {
      tell(context, 'sshReady', vm);
      return { ...look, vm: await makeHealthy(context, vm, { ...view, endpoint }), runningSince: since };
    }
    if (context.clock.now() - since > sshLimitMs) {
      if (who === 'another') return { ...look, dead: 'another machine', runningSince: since };
      await requireSshFromHere(context, vm);
      return { ...look, dead: 'ssh silent', runningSince: since };
    }
    return { ...look, runningSince: since };
  }
  const silentFor = await noteSilences(context, vm, new Map([[theNode, view.state !== 'unreachable']]));
  const inDoubt = view.state === 'unreachable' && silentFor(theNode) < silentNodeMs;
  const isOpen = vm.notifiedAt !== null && now - vm.notifiedAt < unheardMs;
  // The room that the scheduler misses may be what this very VM has taken by our own notify.
  const isLacking = view.state === 'absent' ? !isOpen : view.state === 'unreachable' && !inDoubt;
  if (placement.status === 'unschedulable' && isLacking) return { ...look, dead: 'unschedulable' };
  if (age > bootLimitMs) return { ...look, dead: inDoubt ? null : view.state === 'running' ? 'no address' : 'boot timeout' };
  if (view.state !== 'absent' || !(await mayNotify(context, vm, { age, placement, version: notify.version }))) return look;
  return { ...look, ...(await startOnce(context, vm, notify)) };
};

interface Lacking {
  /** Since the message was processed, ms. */
  age: number;
  placement: Placement;
  version: Notify['version'];
}

/** Tells whether it is time to notify the node of a VM that its list lacks. */
const mayNotify = async (context: ChangeContext, vm: VmRecord, { age, placement, version }: Lacking): Promise<boolean> => {
  const now = context.clock.now();
  if (vm.notifiedAt !== null) return now - vm.notifiedAt >= unheardMs && startsTwice(await version());
  const refusals = (await context.ledger()).effects({ vm: vm.id, point: 'create.started' });
  const [last] = refusals;
  if (last !== undefined) {
    const pauseMs = refusals.length <= notYet.soonTimes ? notYet.soonMs : notYet.laterMs;
    return age < notYet.untilMs && now - last.at >= pauseMs;
  }
  const isPlaced = placement.status === 'scheduled' || placement.status === 'dispatched';
  return age >= (isPlaced ? notifyAfterMs.scheduled : notifyAfterMs.silentScheduler) || startsTwice(await version());
};

/** The version that the node list has for a node; null where the list does not answer, or does not know it. */
export const listedVersion = async (context: ChangeContext, { hash }: NodeRef): Promise<string | null> => {
  const list = await (await context.cloud()).nodes.list({ maxAgeMs: versionAgeMs }).catch((thrown: unknown) => {
    if (thrown instanceof Failure && thrown.code !== 'INTERRUPTED') return null;
    throw thrown;
  });
  return list?.nodes.find((node) => node.hash === hash)?.version ?? null;
};

const tell = (context: ChangeContext, phase: 'booting' | 'sshReady', { operation, id, name }: VmRecord): void =>
  context.progress.phase(phase, { operation, vm: id, name });

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
 * Notifies the node to start the VM. The row records the notify before it is sent, so that a second one follows only where the node says that
 * it did nothing, or would leave a booting VM alone: otherwise that can kill it (protocol-crn.md §2.5).
 */
const startOnce = async (context: ChangeContext, vm: VmRecord, notify: Notify): Promise<Pick<Health, 'vm' | 'starting'>> => {
  const ledger = await context.ledger();
  const noted = ledger.write('create.start', (transaction) => {
    // A process that lost its lease while it slept must not repeat what another process did meanwhile.
    const current = transaction.vm(vm.id);
    if (current?.state !== vm.state || current.notifiedAt !== vm.notifiedAt) return null;
    const row = transaction.updateVm(vm.id, { notifiedAt: context.clock.now(), updatedAt: context.clock.now() });
    auditVm(context, transaction, 'create.start', row, { outcome: 'notifying' });
    return row;
  });
  return noted === null ? { vm: ledger.vm(vm.id) ?? vm, starting: null } : { vm: noted, starting: start(context, noted, notify) };
};

/**
 * Notifies the node. Resolves with why the attempt is lost where the node says so and does not list the VM, which somebody else may have
 * told it to start; null otherwise.
 */
const start = async (context: ChangeContext, vm: VmRecord, { limitMs, signal }: Notify): Promise<Dead | null> => {
  const [ledger, { nodes }] = await Promise.all([context.ledger(), context.cloud()]);
  const startedAt = context.clock.now();
  const answer = await context.effect('create.notify', () => nodes.startOnNode(vm.node, vm.id, limitMs, signal));
  const age = context.clock.now() - (vm.processedAt ?? vm.signedAt);
  const isNotYet = answer === 'notYet' || (answer === 'credits' && age < creditsKnownMs);
  ledger.write('create.started', (transaction) => {
    auditVm(context, transaction, 'create.started', vm, { outcome: answer, latencyMs: context.clock.now() - startedAt });
    if (isNotYet) transaction.updateVm(vm.id, { notifiedAt: null });
  });
  const dead = isNotYet ? null : deadly(answer);
  return dead !== null && (await nodes.nodeView(vm.node, vm.id)).state === 'absent' ? dead : null;
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
