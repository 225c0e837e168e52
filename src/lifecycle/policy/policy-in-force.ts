import { isSeal, sealMessage } from '../../domain/approval/policy-seal.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { FreezeRecord, PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { defaultLimits, malformedLimit } from '../../domain/limits/policy.ts';
import { tightened, tighterTasks } from '../../domain/limits/tightened.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isSigned } from './signed-approval.ts';

/** The policy as it counts: `limits`, `authorisedAt` and `approver` are what all layers come to. */
export interface PolicyInForce extends PolicyRecord {
  /** The version as the ledger has it. */
  row: PolicyRecord;
  /** Why nothing may be spent under it; null where it can be relied on. */
  unsealed: string | null;
  frozenSince: number | null;
  /** Freezes up to this number are over. */
  thawedUpTo: number;
}

interface Scope {
  account: string;
  network: string;
}

type Surroundings = Pick<ReadContext, 'signatures' | 'rootPolicy'>;

const unset = (scope: Scope): PolicyRecord => ({
  ...scope,
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
});

/** The newest change of policy that the audit trail knows of: rows that were taken out or turned back do not fit it. */
const trailOf = (ledger: LedgerReader, { account, network }: Scope): { version: number; approver: string | null } => {
  const [newest] = ledger.effects({ account, network, point: 'policy.set', limit: 1 });
  if (newest === undefined) return { version: 0, approver: null };
  const { version, approver = null } = factsOf('policy.set', newest);
  return { version, approver };
};

/** Whose signature counts; null: a person at a terminal approves. The trail goes before a row, from which one may be taken out or changed. */
export const approverOf = (ledger: LedgerReader, { account, network }: Scope, { rootPolicy }: Surroundings): string | null => {
  const scope = { account, network };
  return rootPolicy()?.approver ?? trailOf(ledger, scope).approver ?? ledger.policy(scope)?.approver ?? null;
};

/** Why the row is not what the approver sealed, or the newest that there was; null where it is. */
const troubleOf = (ledger: LedgerReader, row: PolicyRecord, approver: string | null, { signatures }: Surroundings): string | null => {
  const trail = trailOf(ledger, row);
  if (trail.version > row.version) {
    return `The ledger has version ${row.version} of the policy, its audit trail knows version ${trail.version}.`;
  }
  if (approver === null) return null;
  const { seal } = row;
  const signer = seal === null || row.approver !== approver ? null : signatures.signerOf(sealMessage(row, seal), seal.signature);
  if (signer === approver) return null;
  return `Version ${row.version} of the policy carries no seal of its approver ${approver} that fits.`;
};

/** `LEDGER_UNREADABLE` for limits that this tool never wrote: compared with anything, they would hold nothing. */
const wellFormed = (row: PolicyRecord): PolicyRecord => {
  const budgets = Object.entries({ ...row.tasks, ...row.overlayTasks });
  const malformed =
    malformedLimit(row.limits) ?? malformedLimit(row.overlay) ?? budgets.find(([, value]) => typeof value !== 'bigint')?.[0] ?? null;
  if (malformed === null) return isSeal(row.seal) ? row : { ...row, seal: null };
  throw new Failure('LEDGER_UNREADABLE', `Version ${row.version} of the policy is not what was written: ${malformed} is no limit.`);
};

/**
 * The policy of an account on a network: the machine's own, what was set and sealed, what only tightens, else the defaults, which
 * count everything since ever. Pure over the ledger's rows; an approver's seal is checked each time, after `signatures.prepare()`.
 */
export const policyInForce = (ledger: LedgerReader, scope: Scope, context: Surroundings): PolicyInForce => {
  const row = wellFormed(ledger.policy(scope) ?? unset(scope));
  const root = context.rootPolicy();
  const approver = approverOf(ledger, scope, context);
  const trouble = troubleOf(ledger, row, approver, context);
  // The machine's file needs no seal: root wrote it. What the ledger adds to it counts where it tightens, and where it is sealed.
  const byRoot = root !== null && root.approver !== null;
  // A limit that is newer than the row is at its default.
  const set = { ...defaultLimits, ...row.limits };
  const below = root === null ? set : row.version === 0 ? root.limits : tightened(root.limits, set);
  const sealedThaw = trouble === null ? (row.seal?.thawed ?? 0) : 0;
  return {
    ...row,
    limits: tightened(below, row.overlay),
    tasks: tighterTasks(row.tasks, row.overlayTasks),
    authorisedAt: byRoot && trouble !== null ? 0 : row.authorisedAt,
    approver,
    row,
    unsealed: byRoot ? null : trouble,
    ...freezeOf(ledger, scope, { approver, sealedThaw, context }),
  };
};

/** The same outside a transaction: loads what an approver's seal takes to be checked, where there is one. */
export const readPolicy = async (
  context: Pick<ReadContext, 'ledger' | 'network' | 'signatures' | 'rootPolicy'>,
  account: string,
): Promise<PolicyInForce> => {
  const ledger = await context.ledger();
  const scope = { account, network: context.network };
  if (approverOf(ledger, scope, context) !== null) await context.signatures.prepare();
  return policyInForce(ledger, scope, context);
};

interface Thawing {
  approver: string | null;
  /** As the policy's seal has it. */
  sealedThaw: number;
  context: Surroundings;
}

/** A freeze counts until a thaw of this account that may be given: by the approver, where there is one. */
const freezeOf = (
  ledger: LedgerReader,
  { account, network }: Scope,
  thawing: Thawing,
): { frozenSince: number | null; thawedUpTo: number } => {
  const rows = ledger.freezes(network).filter((row) => row.account === null || row.account === account);
  const ends = rows.filter(({ frozen }) => !frozen).map((row) => endOf(ledger, row, thawing));
  const thawedUpTo = Math.max(0, thawing.sealedThaw, ...ends);
  const [trail] = ledger.effects({ network, point: 'freeze.set', limit: 1 });
  const [row] = rows.filter(({ frozen, seq }) => frozen && seq > thawedUpTo);
  // one whose row was taken out
  const lost = trail !== undefined && factsOf('freeze.set', trail).freeze > thawedUpTo ? trail.at : null;
  return { frozenSince: row?.at ?? lost, thawedUpTo };
};

const endOf = (ledger: LedgerReader, row: FreezeRecord, { approver, context }: Thawing): number => {
  if (approver === null) return row.seq;
  const approval = row.approval === null ? null : ledger.approval(row.approval);
  if (approval === null || approval.account !== row.account || approval.network !== row.network) return 0;
  const plan = readPlan(approval);
  return plan.action === 'thaw' && isSigned(approval, approver, context) ? plan.subject.upTo : 0;
};
