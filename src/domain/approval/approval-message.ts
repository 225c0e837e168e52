import { Failure } from '../failure/failure.ts';
import type { ApprovalRecord } from '../ledger/ledger-records.ts';
import { readLimits, readTasks } from '../limits/stored-limits.ts';
import type { PolicySubject } from '../plan/kinds/set-policy.ts';
import type { Plan } from '../plan/plan.ts';
import type { SignedAs } from '../plan/plan-kind.ts';
import { mostUsdOf, signedAs, whatOf } from '../plan/plan-kinds.ts';
import { readPlan, unreadablePlan } from '../plan/read-plan.ts';
import { digest } from '../text/canonical-json.ts';
import { formatInstant } from '../text/instant.ts';
import { cleanUntrustedLine } from '../text/untrusted.ts';
import { type ApprovalType, typedMessage } from './approval-types.ts';
import { nobody } from './approver-change.ts';
import { sealMessage } from './policy-seal.ts';
import type { TypedData } from './typed-data.ts';

/** SHA-256 over every part of a plan that acts or is shown, so that an approval binds all of them. */
export const planDigest = ({ action, id, terms, subject, summary, cost }: Plan): string =>
  digest({ action, id, terms, subject, summary, cost: cost === null ? null : signedCost(cost) });

/** The cost under the names that 0.1.0 gave it, because what was signed then stays good. */
const signedCost = ({ neededUsd: reserveUsd, ...cost }: NonNullable<Plan['cost']>): object => ({ ...cost, reserveUsd });

/** The agent's own words (its `--purpose`) are cut to this many characters. */
const purposeLength = 120;

/**
 * The message that an approver signs for a stored plan. Whoever shows or verifies it makes it anew from the row and never parses a text;
 * our figures come first, the agent's words last. Throws `LEDGER_UNREADABLE` where the stored plan does not match its digest.
 */
export const approvalMessage = (row: ApprovalRecord): TypedData => {
  const plan = readPlan(row);
  if (digest(plan.terms) !== row.planId || plan.id !== row.planId) throw unreadablePlan(row, 'its terms are not those of the plan');
  try {
    const signed = signedAs(plan);
    if (signed.kind === 'seal') return sealOf(row, signed.policy);
    const [type, fields] = fieldsOf(plan, signed, row.agent);
    return typedMessage(row, type, { ...fields, ...common(row, plan) });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw unreadablePlan(row, thrown instanceof Error ? thrown.message : String(thrown));
  }
};

const sealOf = (
  row: ApprovalRecord,
  { account, version, limits, tasks, agents = {}, authorisedAt, acknowledgedBalance, approver, ...rest }: PolicySubject,
) =>
  sealMessage(
    {
      network: row.network,
      account,
      version,
      limits: readLimits(limits),
      tasks: readTasks(tasks),
      agents,
      authorisedAt,
      acknowledgedBalance: acknowledgedBalance === null ? null : BigInt(acknowledgedBalance),
      approver,
    },
    {
      nonce: row.nonce,
      issuedAt: row.requestedAt,
      expiresAt: row.expiresAt,
      previous: rest.previous,
      thawed: rest.thawed,
      networkId: row.networkId,
    },
  );

/** The fields that every message type but the policy seal has. */
const common = (row: ApprovalRecord, plan: Plan): Record<string, string> => ({
  network: row.network,
  account: row.account.toLowerCase(),
  payer: row.payer.toLowerCase(),
  policyVersion: String(row.policyVersion),
  plan: `0x${planDigest(plan)}`,
  approval: row.id,
  nonce: row.nonce,
  issuedAt: formatInstant(row.requestedAt),
  expiresAt: formatInstant(row.expiresAt),
  agentSays: cleanUntrustedLine(row.purpose ?? '').slice(0, purposeLength),
});

/** The EIP-712 type of a plan's approval and the fields of that type alone. A null field makes `typedMessage` throw. */
const fieldsOf = (
  plan: Plan,
  signed: Exclude<SignedAs, { kind: 'seal' }>,
  agent: string | null,
): [ApprovalType, Record<string, string | null>] => {
  // an approval is good for whoever asked, so what is signed names the agent
  const what = agent === null ? whatOf(plan) : `For agent ${agent}: ${whatOf(plan)}`;
  const mostUsd = mostUsdOf(plan);
  switch (signed.kind) {
    case 'plan':
      return ['PlanApproval', { what, mostUsd, action: plan.action }];
    case 'envelope':
      return ['EnvelopeApproval', { what, mostUsd }];
    case 'change':
      return ['ApproverChange', { what, from: signed.from, to: signed.to ?? nobody }];
    case 'funder':
      return ['Funder', { what, funder: signed.funder ?? nobody }];
    case 'grant': {
      const { to, channel, exposes, creditsUsd } = signed;
      return ['GrantExposure', { what, to, channel, exposes, creditsUsd }];
    }
    case 'topUp': {
      const { kind: _kind, ...fields } = signed;
      return ['TopUp', { what, mostUsd, ...fields }];
    }
    case 'thaw': {
      const frozenAt = signed.frozenAt === null ? null : formatInstant(signed.frozenAt);
      return ['Thaw', { what, frozenAt, upTo: String(signed.upTo) }];
    }
  }
};
