import { Failure } from '../../domain/failure/failure.ts';
import { judgeAdoption } from '../../domain/judge/judge-adoption.ts';
import { expiryOfRecord, isClaimed } from '../../domain/ledger/adoption-record.ts';
import type { VmRecord } from '../../domain/ledger/vm-record.ts';
import { Exact } from '../../domain/money/exact.ts';
import { creditsOver, usd, usdPerHour } from '../../domain/money/money.ts';
import type { AdoptSubject } from '../../domain/plan/kinds/adopt.ts';
import { makePlan } from '../../domain/plan/make-plan.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { agent } from '../../domain/suggest/fix.ts';
import { formatInstant } from '../../domain/text/instant.ts';
import { shortId } from '../../domain/text/short-id.ts';
import type { ReadContext } from '../../ports/context.ts';
import { requireClock } from '../operation/trusted-clock.ts';
import { readPolicy } from '../policy/policy-in-force.ts';
import { findStray } from './find-stray.ts';
import { requireFreeName } from './require-free-name.ts';
import { rateNow } from './row-of-listed-vm.ts';

export interface AdoptRequest {
  /** The VM's item hash, or its first six digits or more. */
  reference: string;
  name: string | null;
  ttlSeconds: number | null;
  argumentsDigest: string;
}

/** Plans the adoption of a VM of this account: its expiry, what it can cost until then, what the policy says. Reads only. */
export const planAdopt = async (context: ReadContext, request: AdoptRequest): Promise<Plan<'vm adopt'>> => {
  const { address: account } = context.keys.current(context.network);
  const ledger = await context.ledger();
  const known = ledger.vms({ network: context.network, idPrefix: request.reference });
  if (known.length === 1) return knownPlan(context, known[0]!, request);
  const [{ vm, journals }] = await Promise.all([findStray(context, account, request.reference), requireClock(context)]);
  if (request.name !== null) requireFreeName(ledger, context, request.name);
  const policy = await readPolicy(context, account);
  const onRecord = expiryOfRecord(vm, journals, policy.limits.maxTtlSeconds);
  if (onRecord !== null && request.ttlSeconds !== null) throw recorded(vm.id, onRecord);
  const ttlSeconds = onRecord === null ? (request.ttlSeconds ?? policy.limits.defaultTtlSeconds) : null;
  const now = context.clock.now();
  const until = onRecord ?? now + (ttlSeconds ?? 0) * 1000;
  const rate = new Exact(await rateNow(context, vm));
  const judged = judgeAdoption({ id: vm.id, claimed: isClaimed(vm, journals), ttlSeconds, limits: policy.limits, approved: false });
  const subject: AdoptSubject = { account, vm: vm.id, name: request.name, ttlSeconds, argumentsDigest: request.argumentsDigest };
  const terms = {
    network: context.network,
    account,
    payer: vm.owner ?? account,
    action: 'vm adopt',
    arguments: request.argumentsDigest,
    vm: vm.id,
    ttlSeconds,
    expires: onRecord === null ? null : formatInstant(onRecord),
    policyVersion: policy.version,
  };
  const most = usd(creditsOver(rate, Math.max(0, Math.ceil((until - now) / 1000))));
  return makePlan(now, {
    action: 'vm adopt',
    terms,
    subject,
    ...judged,
    cost: { usdPerHour: usdPerHour(rate), mostUsd: most, neededUsd: '0' },
    summary: `Adopt ${shortId(vm.id)} of ${formatInstant(vm.signedAt)}: ${vm.spec.vcpus} vCPU, ${vm.spec.memoryMib} MiB, ${onRecord === null ? 'to end' : 'ends'} at ${formatInstant(until)}, at most ${most} USD from now`,
  });
};

const recorded = (id: string, until: number): Failure =>
  new Failure('USAGE', `VM ${shortId(id)} ends at ${formatInstant(until)} by the public record: --ttl is for VMs without one.`, {
    fix: agent('Adopt it, then extend or destroy it.', 'vm adopt', shortId(id)),
  });

/** The plan for a VM that is in the ledger already: applying it changes nothing. */
const knownPlan = (context: ReadContext, vm: VmRecord, request: AdoptRequest): Plan<'vm adopt'> => {
  const terms = { network: context.network, account: vm.account, payer: vm.payer, action: 'vm adopt', vm: vm.id, known: true };
  return makePlan(context.clock.now(), {
    action: 'vm adopt',
    terms,
    subject: { account: vm.account, vm: vm.id, name: null, ttlSeconds: null, argumentsDigest: request.argumentsDigest },
    summary: `${vm.name} is in the ledger already`,
  });
};
