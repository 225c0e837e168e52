import { Failure } from '../../domain/failure/failure.ts';
import { judgeUnreachable, type UnreachableVeto } from '../../domain/judge/judge-unreachable.ts';
import { silentMs } from '../../domain/ledger/health.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import type { ChangeContext, ReadContext } from '../../ports/context.ts';
import { destroy } from '../end/destroy.ts';
import { beginTearDown } from '../end/tear-down.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import type { Checked } from './check-health.ts';

const bannerLimitMs = 5_000;
/** How many nodes are asked for the SSH address of any VM of theirs, and how many of those addresses are tried. */
const [asked, tried] = [12, 3] as const;

/** The scheduler's states for a VM that does not run where it belongs (protocol-crn.md §4.2). */
const offNode: ReadonlySet<string | null> = new Set(['missing', 'unscheduled', 'unschedulable', 'removed']);

const vetoWords: Readonly<Record<UnreachableVeto, string>> = {
  off: 'the policy does not ask for it',
  tooSoon: 'it has not been silent for long enough',
  severalNodes: 'VMs on other nodes are silent, too',
  unconfirmed: 'neither its node nor the scheduler says that it does not run',
  ownNetwork: 'no SSH of another node answers from here either',
};

export interface EndedUnreachable {
  vm: VmRecord;
  /** Why ending the VM failed; null: it did not. */
  problem: Failure | null;
}

/**
 * Ends unreachable VMs where a person has turned that on in the policy and nothing speaks against it; warns `KEPT_UNREACHABLE` with every
 * reason of each VM that is kept. Where VMs on a second node are silent too, the fault may be on this side. One failed teardown keeps no
 * other from being tried.
 */
export const endUnreachable = async (context: ChangeContext, account: string, checked: readonly Checked[]): Promise<EndedUnreachable[]> => {
  const ledger = await context.ledger();
  const limitSeconds = (await readPolicy(context, account)).limits.teardownUnreachableSeconds;
  const silent = checked.filter(({ answers }) => !answers);
  const due = silent.filter(({ vm }) => vm.state === 'unreachable');
  if (limitSeconds === 0 || due.length === 0) return [];
  await requireClock(context);
  const affectedNodes = new Set(silent.map(({ vm }) => vm.node.hash)).size;
  const controlAnswers = await answersElsewhere(context, checked, new Set(silent.map(({ vm }) => vm.node.hash)));
  const ended: EndedUnreachable[] = [];
  for (const one of due) {
    const vetoes = judgeUnreachable({
      silentMs: silentMs(ledger.health(one.vm.id)[0] ?? null, context.clock.now()),
      limitSeconds,
      confirmed: await isConfirmed(context, one),
      controlAnswers,
      affectedNodes,
    });
    if (vetoes.length === 0) ended.push(await end(context, one.vm));
    else if (!vetoes.includes('tooSoon')) {
      context.warn('KEPT_UNREACHABLE', `VM ${one.vm.name} is unreachable and kept: ${vetoes.map((veto) => vetoWords[veto]).join('; ')}.`);
    }
  }
  return ended;
};

const end = async (context: ChangeContext, vm: VmRecord): Promise<EndedUnreachable> => {
  const begun = await beginTearDown(context, vm, 'unreachable');
  if (begun.state !== 'stopping') return { vm: begun, problem: null };
  return destroy(context, vm.id, 'destroy').then(
    (done) => ({ vm: done.vm, problem: null }),
    (thrown: unknown) => {
      if (thrown instanceof Failure) return { vm: begun, problem: thrown };
      throw thrown;
    },
  );
};

const isConfirmed = async (context: ReadContext, { vm, onNode }: Checked): Promise<boolean> => {
  if (onNode === 'absent' || onNode === 'stopped') return true;
  const cloud = await context.cloud();
  const [placement, nodes] = await Promise.all([cloud.nodes.placement(vm.id), cloud.nodes.schedulerNodes()]);
  if (placement.answered && offNode.has(placement.status)) return true;
  return nodes?.find(({ hash }) => hash === vm.node.hash)?.healthy === false;
};

/** Tells whether SSH answers from here at all: one of our VMs on a node without silent VMs, or anybody's VM on another node. */
const answersElsewhere = async (context: ReadContext, checked: readonly Checked[], silent: ReadonlySet<string>): Promise<boolean> => {
  if (checked.some(({ answers, vm }) => answers && !silent.has(vm.node.hash))) return true;
  const cloud = await context.cloud();
  const others = (await cloud.nodes.list()).nodes.filter(({ active, hash }) => active && !silent.has(hash));
  const samples = await cloud.nodes.sshSamples(others.slice(0, asked));
  const banners = await Promise.all(samples.slice(0, tried).map((place) => context.shell.probe(place, bannerLimitMs)));
  return banners.includes('ssh');
};
