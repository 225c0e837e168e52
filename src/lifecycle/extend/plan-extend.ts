import { dearerRate } from '../../domain/burn/extension.ts';
import { stateExtension } from '../../domain/burn/state-extension.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { asEnded } from '../../domain/ledger/ended.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import type { GoOnSubject } from '../../domain/plan/kinds/extend.ts';
import { makeFreePlan, makePlan } from '../../domain/plan/make-plan.ts';
import type { FreePlan, Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { payerIn } from '../account/account-rows.ts';
import { readFigures } from '../account/read-figures.ts';
import { publicVm } from '../approvals/extension-as-stated.ts';
import { boundOperation } from '../caller/bound-operation.ts';
import { vmCalled } from '../caller/vm-called.ts';
import { isFundable, missingOf } from '../funding/is-fundable.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { inProject } from '../policy/in-project.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { requireOwnRoots } from '../policy/require-own-roots.ts';
import { extensionUnderWay, isUnderWay } from './extension-under-way.ts';
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
  const row = vmCalled(ledger, context, request.reference);
  const { account } = row;
  const bound = boundOperation(ledger, context, 'vm extend', { ...request, account });
  if (bound !== null) return goOnPlan(context, row, bound);
  requireExtendable(row, context.clock.now());
  const underWay = extensionUnderWay(ledger, row);
  if (underWay !== null) {
    if (request.until === null || underWay.to === request.until) return goOnPlan(context, row, underWay.id);
    throw isUnderWay(row, underWay);
  }
  const policy = inProject(await readPolicy(context, account), context);
  requireOwnRoots(context, policy);
  const [figures] = await Promise.all([
    readFigures(context, { account, payer: payerIn(ledger, row) }, policy.authorisedAt),
    requireClock(context),
    ledger.walkAhead(),
  ]);
  const { vm, attempts } = publicVm(ledger, row, figures);
  requireExtendable(asEnded(vm, figures.ended.get(vm.id), figures.readAt), context.clock.now());
  const until = request.until ?? vm.expiresAt + (request.bySeconds ?? 0) * 1000;
  if (until === vm.expiresAt) return goOnPlan(context, vm, null);
  if (until < vm.expiresAt) throw backwards(vm, until);

  const { requestId, argumentsDigest } = request;
  const rate = new Exact(dearerRate(vm, figures.burn)).toFixed(18);
  const stated = stateExtension(vm, attempts, { until, rate, requestId, argumentsDigest, policyVersion: policy.version });
  const fundable = isFundable(context, policy, figures.payer);
  const judged = judgeExtend(ledger, {
    vm: row,
    until,
    policy,
    figures,
    now: context.clock.now(),
    approved: false,
    agent: context.caller.agent,
    fundable,
  });
  return makePlan(context.clock.now(), {
    action: 'vm extend',
    ...stated,
    verdict: judged.verdict,
    failing: judged.failing,
    checks: judged.checks,
    cost: { ...judged.cost, ...stated.cost },
    ...missingOf(judged),
  });
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
