import { dearerRate, extendedTerm } from '../../domain/burn/extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import type { ExtendSubject, GoOnSubject, StoredTerm } from '../../domain/plan/kinds/extend.ts';
import { makeFreePlan, makePlan } from '../../domain/plan/make-plan.ts';
import { extensionOf } from '../../domain/plan/operation-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { readFigures } from '../account/read-figures.ts';
import { boundOperation } from '../operation/bound-operation.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { vmCalled } from '../operation/vm-called.ts';
import { inProject } from '../policy/in-project.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { judgeExtend } from './judge-extend.ts';
import { requireExtendable } from './require-extendable.ts';

export interface ExtendRequest {
  reference: string;
  /** The caller gives one of two: `bySeconds` (seconds more) or `until` (the new expiry, ms). */
  bySeconds: number | null;
  until: number | null;
  requestId: string | null;
  argumentsDigest: string;
}

/**
 * Plans an extension: prices the VM's whole life from creation to the new expiry, and runs every check of the policy. The expiry moves
 * forwards only. Fails beside the checks' own failures with `VM_NOT_READY`, `VM_BUSY`, `USAGE`.
 */
export const planExtend = async (context: ReadContext, request: ExtendRequest): Promise<Plan<'vm extend'> | FreePlan<GoOnSubject>> => {
  const ledger = await context.ledger();
  const vm = vmCalled(ledger, context, request.reference);
  const { account } = vm;
  const bound = boundOperation(ledger, vm.network, 'vm extend', { ...request, account });
  if (bound !== null) return goOnPlan(context, vm, bound);
  requireExtendable(vm, context.clock.now());
  const until = request.until ?? vm.expiresAt + (request.bySeconds ?? 0) * 1000;
  const underWay = extensionUnderWay(ledger, vm);
  if (underWay !== null) {
    if (underWay.to === until || request.bySeconds !== null) return goOnPlan(context, vm, underWay.id);
    throw new Failure('VM_BUSY', `An extension of VM ${vm.name} to ${formatInstant(underWay.to)} is on its way.`, {
      facts: { id: shortId(vm.id), operation: underWay.id },
    });
  }
  if (until === vm.expiresAt) return goOnPlan(context, vm, null);
  if (until < vm.expiresAt) throw backwards(vm, until);

  const policy = inProject(await readPolicy(context, account), context);
  const [figures] = await Promise.all([readFigures(context, vm.payer, policy.authorisedAt, account), requireClock(context)]);
  const rate = dearerRate(vm, figures.burn);
  const term = extendedTerm(vm, until, rate, ledger.vms({ operation: vm.operation }));
  const judged = judgeExtend(ledger, { vm, until, policy, figures, now: context.clock.now(), approved: false });
  const subject: ExtendSubject = {
    vm: vm.id,
    account,
    from: stored(vm),
    to: stored(term),
    rate: new Exact(rate).toFixed(18),
    requestId: request.requestId,
    argumentsDigest: request.argumentsDigest,
    goOn: null,
  };
  const terms = {
    network: context.network,
    account,
    payer: vm.payer,
    action: 'vm extend',
    arguments: request.argumentsDigest,
    vm: vm.id,
    from: formatInstant(vm.expiresAt),
    to: formatInstant(until),
    ttlSeconds: term.ttlSeconds,
    creditsPerSecond: subject.rate,
    policyVersion: policy.version,
  };
  return makePlan(context.clock.now(), {
    action: 'vm extend',
    terms,
    subject,
    verdict: judged.verdict,
    failing: judged.failing,
    checks: judged.checks,
    cost: judged.cost,
    summary: `Extend ${vm.name} by ${formatDuration((until - vm.expiresAt) / 1000)} to ${formatInstant(until)}, at most ${judged.cost.mostUsd} USD from its creation on`,
  });
};

const stored = ({ expiresAt, ttlSeconds, hold }: { expiresAt: number; ttlSeconds: number; hold: bigint }): StoredTerm => ({
  expiresAt,
  ttlSeconds,
  hold: hold.toString(),
});

/** Finds the VM's running extension: another process is working on it, or died at it. */
const extensionUnderWay = (ledger: Awaited<ReturnType<ReadContext['ledger']>>, vm: VmRecord): { id: string; to: number } | null => {
  const running = ledger.operations({ account: vm.account, network: vm.network, kind: 'extend', state: 'running' });
  const found = running.map((operation) => ({ id: operation.id, ...extensionOf(operation).subject })).find((one) => one.vm === vm.id);
  return found === undefined ? null : { id: found.id, to: found.to.expiresAt };
};

const backwards = (vm: VmRecord, until: number): Failure =>
  new Failure(
    'USAGE',
    `VM ${vm.name} ends at ${formatInstant(vm.expiresAt)}; ${formatInstant(until)} is before that, and an extension goes forwards only.`,
    {
      fix: agent('Name a later time.', 'vm show', vm.name),
      facts: { id: shortId(vm.id), name: vm.name },
    },
  );

const goOnPlan = (context: ReadContext, vm: VmRecord, operation: string | null): FreePlan<GoOnSubject> => {
  const terms = { network: context.network, account: vm.account, payer: vm.payer, action: 'vm extend', vm: vm.id, goOn: operation };
  return makeFreePlan(context.clock.now(), {
    action: 'vm extend',
    terms,
    subject: { vm: vm.id, goOn: { operation } },
    summary: operation === null ? `${vm.name} ends at ${formatInstant(vm.expiresAt)} already` : `Go on with operation ${operation}`,
  });
};
