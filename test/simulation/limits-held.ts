import type { OpenLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { openSignatures } from '../../src/adapters/signatures/open-signatures.ts';
import type { VmRecord } from '../../src/domain/ledger/vm-record.ts';
import { liveStates } from '../../src/domain/ledger/vm-record.ts';
import { envelopeOf } from '../../src/lifecycle/approvals/envelopes.ts';
import { policyInForce } from '../../src/lifecycle/policy/policy-in-force.ts';
import { network } from '../support/test-context.ts';

/** To be prepared before anything is looked at. */
export const surroundings = { signatures: openSignatures(), rootPolicy: () => null, networkId: null };

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** The part of a hold that falls after an instant; the whole of it for a VM made since. */
const after = (row: VmRecord, since: number): bigint => {
  if (row.signedAt >= since) return row.hold;
  const until = row.terminatedAt ?? row.expiresAt;
  const later = BigInt(Math.floor((Number(row.rate) * Math.max(0, until - since)) / 1000));
  return later < row.hold ? later : row.hold;
};

/**
 * What the ledger comes to at the very moment at which money was committed, against the policy then in force, added up here and not by
 * the product: a sentence for each limit that is passed.
 */
export const overLimit = (ledger: OpenLedger, account: string, now: number, task: string | null): string[] => {
  const scope = { account, network };
  const policy = policyInForce(ledger, scope, surroundings);
  const { limits, tasks } = policy;
  const rows = ledger.vms(scope);
  const live = rows.filter(({ state }) => liveStates.includes(state));
  const slots = new Set(live.map(({ operation }) => operation)).size;
  const burn = live.reduce((perHour, { rate }) => perHour + Number(rate) * 3600, 0);
  const today = sum(rows.map((row) => after(row, now - (now % 86_400_000))));
  const total = sum(rows.map((row) => after(row, policy.authorisedAt)));
  // Of the task that it was committed for: another's VM that nobody ended at its expiry may have cost more than was meant.
  const budget = task === null ? null : tasks[task];
  const spent = sum(rows.filter((row) => row.task === task).map(({ hold }) => hold));
  return [
    ...(policy.frozenSince === null ? [] : ['money was committed while all was frozen']),
    ...(policy.unsealed === null ? [] : [`money was committed under a policy that does not count: ${policy.unsealed}`]),
    ...(slots > limits.maxVms ? [`${slots} VMs at once, ${limits.maxVms} are allowed`] : []),
    ...(burn > Number(limits.maxBurnCreditsPerHour) + 0.001
      ? [`a burn of ${burn} credits/h, ${limits.maxBurnCreditsPerHour} are allowed`]
      : []),
    ...(today > limits.maxDayCredits ? [`${today} credits on one day, ${limits.maxDayCredits} are allowed`] : []),
    ...(total > limits.maxTotalCredits ? [`${total} credits in all, ${limits.maxTotalCredits} are allowed`] : []),
    ...(budget !== null && budget !== undefined && spent > budget ? [`${spent} credits for task ${task}, its budget is ${budget}`] : []),
  ];
};

/** What was committed without the person that it needed. `vm`: the one that the newest commitment is for. */
export const unasked = (ledger: OpenLedger, account: string, vm: VmRecord, operation: string): string[] => {
  const { limits } = policyInForce(ledger, { account, network }, surroundings);
  const whole = BigInt(Math.floor(Number(vm.rate) * vm.ttlSeconds));
  const approval = ledger.operation(operation)?.approval ?? null;
  const asks = whole > limits.askAboveCredits && approval === null;
  return [
    ...(asks ? [`${whole} credits for ${vm.id.slice(0, 8)} and nobody was asked`] : []),
    ...(vm.ttlSeconds > limits.maxTtlSeconds ? [`${vm.id.slice(0, 8)} lives for ${vm.ttlSeconds} s`] : []),
    ...(vm.spec.computeUnits > limits.maxComputeUnits ? [`${vm.id.slice(0, 8)} has ${vm.spec.computeUnits} compute units`] : []),
  ];
};

/** Approvals that gave more than they were given for. */
export const overdrawn = (ledger: OpenLedger, account: string): string[] => {
  const approvals = ledger.approvals({ network, account });
  const operations = ledger.operations({ network, account });
  return approvals.flatMap((row) => {
    const uses = operations.filter(({ approval }) => approval === row.id).length;
    const [envelope, takes] = [envelopeOf(row), ledger.takes(row.id)];
    if (envelope === null) return uses > 1 ? [`approval ${row.id} was used ${uses} times`] : [];
    return [
      ...(takes.length > envelope.vms ? [`${takes.length} VMs of an envelope for ${envelope.vms}`] : []),
      ...(sum(takes) > BigInt(envelope.credits) ? [`${sum(takes)} credits of an envelope of ${envelope.credits}`] : []),
      ...(uses > takes.length ? [`envelope ${row.id} let ${uses} pass and was taken from ${takes.length} times`] : []),
    ];
  });
};
