import { isSeal } from '../../domain/approval/policy-seal.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { defaultLimits, malformedLimit } from '../../domain/limits/limits.ts';
import { givenLimits } from '../../domain/limits/stored-limits.ts';
import { isFrozen } from '../../domain/stored/frozen.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import type { PolicyHistory } from './policy-history.ts';

interface Scope {
  account: string;
  network: string;
}

export interface PolicyRow {
  /** What the table holds. */
  stored: PolicyRecord;
  /** What the audit trail set. */
  row: PolicyRecord;
  /** How the one differs from the other, in a sentence; null where it does not. */
  disagreement: string | null;
}

/** Returns the newest version of the policy, held against the audit trail. `LEDGER_UNREADABLE` for limits that this tool never wrote. */
export const policyRow = (ledger: LedgerReader, scope: Scope, history: PolicyHistory): PolicyRow => {
  const stored = wellFormed(ledger.policy(scope) ?? unset(scope));
  const row = wellFormed(asTheTrailSet(stored, history));
  return { stored, row, disagreement: disagreementOf(stored, row, history) };
};

const unset = ({ account, network }: Scope): PolicyRecord => ({
  account,
  network,
  version: 0,
  limits: defaultLimits,
  tasks: {},
  authorisedAt: 0,
  acknowledgedBalance: null,
  setAt: 0,
  setBy: 'default',
  approver: null,
  seal: null,
  overlay: {},
  overlayTasks: {},
  agents: {},
  overlayAgents: {},
});

/**
 * Returns the row as the audit trail set it: what somebody wrote over it counts for nothing, and is never carried over into a new version.
 * What earlier versions did not write into the trail is taken from the row.
 */
const asTheTrailSet = (stored: PolicyRecord, { version, newest }: PolicyHistory): PolicyRecord => {
  if (newest === null) return { ...unset(stored), acknowledgedBalance: stored.acknowledgedBalance };
  const { limits, tasks = {}, overlay = {}, overlayTasks = {}, approver = null } = newest.facts;
  const { agents = {}, overlayAgents = {} } = 'agents' in newest.facts ? newest.facts : {};
  const { authorisedAt = stored.authorisedAt } = 'authorisedAt' in newest.facts ? newest.facts : {};
  const seal = stored.version === version ? stored.seal : null;
  return {
    ...stored,
    version,
    limits: givenLimits(limits),
    tasks,
    overlay,
    overlayTasks,
    agents,
    overlayAgents,
    approver,
    authorisedAt,
    seal,
  };
};

/** Says how the stored row differs from what the trail set last; null where it does not. */
const disagreementOf = (stored: PolicyRecord, set: PolicyRecord, { newest }: PolicyHistory): string | null => {
  const row = newest === null ? '' : ` (row ${newest.row})`;
  if (stored.version !== set.version) {
    return `The ledger has version ${stored.version} of the policy, its audit trail knows version ${set.version}${row}.`;
  }
  // Where the policy was never set the defaults hold, whatever a row says.
  if (newest === null) return null;
  const other = Object.entries(parts).find(([part]) => written(partOf(stored, part)) !== written(partOf(set, part)));
  return other === undefined ? null : `Version ${stored.version} of the policy has ${other[1]} that its audit trail did not set${row}.`;
};

/** The parts of a policy that the trail knows, as a sentence names them. */
const parts = {
  limits: 'limits',
  tasks: 'budgets',
  overlay: 'lowered limits',
  overlayTasks: 'lowered budgets',
  agents: 'agents',
  overlayAgents: 'narrowed agents',
  approver: 'an approver',
  authorisedAt: 'an authorisation',
};

const partOf = (row: PolicyRecord, part: string): unknown => row[part as keyof typeof parts];

const known = new WeakMap<object, string>();

/** Canonical JSON, made once of what cannot change: hundreds of agents are compared at each reading of the policy. */
const written = (part: unknown): string => {
  if (!isFrozen(part)) return canonicalJson(part);
  const text = known.get(part) ?? canonicalJson(part);
  known.set(part, text);
  return text;
};

/** Throws `LEDGER_UNREADABLE` for limits that this tool never wrote: a comparison with a malformed limit would let everything pass. */
const wellFormed = (row: PolicyRecord): PolicyRecord => {
  const budgets = Object.entries({ ...row.tasks, ...row.overlayTasks });
  const malformed =
    malformedLimit(row.limits) ?? malformedLimit(row.overlay) ?? budgets.find(([, value]) => typeof value !== 'bigint')?.[0] ?? null;
  if (malformed === null) return isSeal(row.seal) ? row : { ...row, seal: null };
  throw new Failure('LEDGER_UNREADABLE', `Version ${row.version} of the policy is not what was written: ${malformed} is no limit.`);
};
