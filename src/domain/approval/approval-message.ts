import { Failure } from '../failure/failure.ts';
import type { ApprovalRecord } from '../ledger/ledger-records.ts';
import type { VmSpec } from '../ledger/vm-record.ts';
import { readLimits, readTasks } from '../limits/stored-limits.ts';
import { Exact } from '../money/exact.ts';
import { creditsOver, usd } from '../money/money.ts';
import type { Plan } from '../plan/plan.ts';
import type { PolicySubject } from '../plan/policy-subject.ts';
import { digest } from '../text/canonical-json.ts';
import { formatDuration } from '../text/duration.ts';
import { formatInstant } from '../text/instant.ts';
import { shortId } from '../text/short-id.ts';
import { cleanUntrustedLine } from '../text/untrusted.ts';
import { type ApprovalType, typedMessage } from './approval-types.ts';
import { type Envelope, envelopeText } from './envelope.ts';
import { sealMessage } from './policy-seal.ts';
import type { TypedData } from './typed-data.ts';

/** What an approval is of: each has an EIP-712 type of its own, so that none passes for another. */
export type ApprovalKind = 'plan' | 'envelope' | 'seal' | 'change' | 'thaw';

/** By the action of the stored plan. */
export const approvalKind = ({ action, subject }: Pick<Plan, 'action' | 'subject'>): ApprovalKind => {
  if (action === 'approve envelope') return 'envelope';
  if (action === 'policy approver set' || action === 'policy approver remove') return 'change';
  if (action === 'thaw') return 'thaw';
  const sealed =
    action === 'policy approver seal' ||
    ((action === 'policy set' || action === 'policy task') && typeof (subject as PolicySubject).approver === 'string');
  return sealed ? 'seal' : 'plan';
};

/** Everything of a plan that acts or is shown: consent binds all of it. */
export const planDigest = ({ action, id, terms, subject, summary, cost }: Plan): string =>
  digest({ action, id, terms, subject, summary, cost });

/** The agent's own words are cut to this. */
const purposeLength = 120;

/**
 * What an approver signs for a stored plan. Made anew from the row by whoever shows it and by whoever verifies it, never parsed from a
 * text: our figures first, the agent's words last. `LEDGER_UNREADABLE` where the stored plan is not what it should be.
 */
export const approvalMessage = (row: ApprovalRecord): TypedData => {
  const plan = row.plan as Plan;
  try {
    if (digest(plan.terms) !== row.planId || plan.id !== row.planId) throw new TypeError('the terms are not those of the plan');
    const kind = approvalKind(plan);
    if (kind === 'seal') return sealOf(row, plan.subject as PolicySubject);
    const [type, fields] = own[kind](plan);
    return typedMessage(row.network, type, { ...fields, ...common(row, plan) });
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Failure('LEDGER_UNREADABLE', `The plan stored with approval ${row.id} cannot be read, and approves nothing.`, {
      facts: { approval: row.id },
      cause: thrown,
    });
  }
};

const sealOf = (
  row: ApprovalRecord,
  { account, version, limits, tasks, authorisedAt, acknowledgedBalance, approver, ...rest }: PolicySubject,
) =>
  sealMessage(
    {
      network: row.network,
      account,
      version,
      limits: readLimits(limits),
      tasks: readTasks(tasks),
      authorisedAt,
      acknowledgedBalance: acknowledgedBalance === null ? null : BigInt(acknowledgedBalance),
      approver,
    },
    { nonce: row.nonce, issuedAt: row.requestedAt, expiresAt: row.expiresAt, previous: rest.previous, thawed: rest.thawed },
  );

/** The fields that every type but the seal has. */
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

const nobody = `0x${'0'.repeat(40)}`;

const own: Readonly<Record<Exclude<ApprovalKind, 'seal'>, (plan: Plan) => [ApprovalType, Record<string, string>]>> = {
  plan: (plan) => ['PlanApproval', { what: whatOf(plan), mostUsd: mostOf(plan), action: plan.action }],
  envelope: ({ subject }) => {
    const { envelope } = subject as { envelope: Envelope };
    return ['EnvelopeApproval', { what: envelopeText(envelope), mostUsd: usd(BigInt(envelope.credits)) }];
  },
  change: ({ subject }) => {
    const { from, to } = subject as { from: string; to: string | null };
    const what = to === null ? 'No approver any more: a person at a terminal approves' : 'Another approver';
    return ['ApproverChange', { what, from, to: to ?? nobody }];
  },
  thaw: ({ subject }) => {
    const { upTo, frozenAt } = subject as { upTo: number; frozenAt: number };
    return ['Thaw', { what: 'Creation and extension may go on', frozenAt: formatInstant(frozenAt), upTo: String(upTo) }];
  },
};

interface Spending {
  rate: string;
  ttlSeconds: number;
  name: string;
  spec: VmSpec;
  nodes: { hash: string }[];
  vm: string;
  ids: string[];
  id: string;
  to: { expiresAt: number; ttlSeconds: number };
  /** Of a redeploy. */
  old: string;
  replace?: boolean;
}

const listOf = (hashes: readonly string[]): string => hashes.map(shortId).join(', ') || 'no VM';

const createText = ({ spec, name, ttlSeconds, nodes, old, replace }: Spending): string => {
  const extras = [...(spec.gpus ?? []).map((model) => `GPU ${model}`), ...(spec.confidential ? ['confidential'] : [])];
  const size = [`${spec.vcpus} vCPU`, `${spec.memoryMib} MiB`, `${spec.diskMib} MiB disk`, ...extras].join(', ');
  const instead = replace ? `, then destroy ${shortId(old)}; what is on its disk is lost` : '';
  return `Create ${name}: ${spec.computeUnits} CU (${size}) for ${formatDuration(ttlSeconds)} on ${listOf(nodes.map(({ hash }) => hash))}${instead}`;
};

const adoptText = ({ vm, ttlSeconds }: { vm: string; ttlSeconds: number | null }): string =>
  `Adopt VM ${shortId(vm)}, which may be destroyed then; it ends ${ttlSeconds === null ? 'when the public record says' : `${formatDuration(ttlSeconds)} later`}`;

const installText = ({ alerts }: { alerts: { command: string | null; url: string | null } | null }): string =>
  `Let gc run by itself, alerting ${[alerts?.command, alerts?.url].filter((target) => typeof target === 'string').join(' and ') || 'nobody'}`;

/** In our own words, from what will be applied; a summary could be another's. */
const whatOf = ({ action, subject, summary }: Plan): string => {
  const of = subject as Spending;
  switch (action) {
    case 'vm create':
    case 'vm redeploy':
      return createText(of);
    case 'vm extend':
      return `Let VM ${shortId(of.vm)} live until ${formatInstant(of.to.expiresAt)}, ${formatDuration(of.to.ttlSeconds)} in all`;
    case 'vm destroy':
      return `Destroy ${listOf(of.ids)}; what is on their disks is lost`;
    case 'freeze':
      return `Stop creation and extension, and destroy ${listOf(of.ids)}; what is on their disks is lost`;
    case 'vm reinstall':
      return `Reinstall ${shortId(of.id)}; what is on its disk is lost`;
    case 'vm protect':
      return `Take the protection from VM ${shortId(of.id)}`;
    case 'vm adopt':
      return adoptText(subject as Parameters<typeof adoptText>[0]);
    case 'gc install':
      return installText(subject as Parameters<typeof installText>[0]);
    case 'ledger take-over':
      return `Let this ledger spend instead of the one that did last, ${shortId((subject as { replaces: string }).replaces)}`;
    default:
      return summary;
  }
};

/** Whole cost, from the price and time that will be held. */
const mostOf = ({ action, subject, cost }: Plan): string => {
  const of = subject as Spending;
  if (action === 'vm create' || action === 'vm redeploy') return usd(creditsOver(new Exact(of.rate), of.ttlSeconds));
  if (action === 'vm extend') return usd(creditsOver(new Exact(of.rate), of.to.ttlSeconds));
  return cost?.mostUsd ?? '0';
};
