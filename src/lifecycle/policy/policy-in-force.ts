import { isSeal, sealMessage } from '../../domain/approval/policy-seal.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { factsOf } from '../../domain/ledger/effect-facts.ts';
import type { FreezeRecord, PolicyRecord } from '../../domain/ledger/ledger-records.ts';
import { defaultLimits, malformedLimit } from '../../domain/limits/limits.ts';
import { tightened, tighterTasks } from '../../domain/limits/tightened.ts';
import { readPlan } from '../../domain/plan/read-plan.ts';
import type { ReadContext } from '../../ports/context.ts';
import type { LedgerReader } from '../../ports/ledger.ts';
import { isSigned } from './signed-approval.ts';

/** The policy that counts: `limits`, `authorisedAt` and `approver` are the result of all layers. */
export interface PolicyInForce extends PolicyRecord {
  /** The version's row in the ledger, before other layers. */
  row: PolicyRecord;
  /** Why nothing may be spent under this policy; null where it can be relied on. */
  unsealed: string | null;
  frozenSince: number | null;
  /** Freezes with a `seq` up to this one are ended. */
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

/**
 * Returns version and approver of the newest policy change in the audit trail: a policy row that somebody removed or turned back does not
 * agree with it.
 */
const trailOf = (ledger: LedgerReader, { account, network }: Scope): { version: number; approver: string | null } => {
  const [newest] = ledger.effects({ account, network, point: 'policy.set', limit: 1 });
  if (newest === undefined) return { version: 0, approver: null };
  const { version, approver = null } = factsOf('policy.set', newest);
  return { version, approver };
};

/**
 * Returns the approver whose signature counts; null where a person at a terminal approves. The audit trail outranks the policy row, because
 * nothing can be taken out of the trail unseen.
 */
export const approverOf = (ledger: LedgerReader, { account, network }: Scope, { rootPolicy }: Surroundings): string | null => {
  const scope = { account, network };
  return rootPolicy()?.approver ?? trailOf(ledger, scope).approver ?? ledger.policy(scope)?.approver ?? null;
};

/** Says why the row is not the newest version, or not what the approver sealed; null where it is both. */
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

/** Throws `LEDGER_UNREADABLE` for limits that this tool never wrote: a comparison with a malformed limit would let everything pass. */
const wellFormed = (row: PolicyRecord): PolicyRecord => {
  const budgets = Object.entries({ ...row.tasks, ...row.overlayTasks });
  const malformed =
    malformedLimit(row.limits) ?? malformedLimit(row.overlay) ?? budgets.find(([, value]) => typeof value !== 'bigint')?.[0] ?? null;
  if (malformed === null) return isSeal(row.seal) ? row : { ...row, seal: null };
  throw new Failure('LEDGER_UNREADABLE', `Version ${row.version} of the policy is not what was written: ${malformed} is no limit.`);
};

/**
 * Computes the policy of an account on a network: the defaults (which count all spending since ever), what was set and sealed, the
 * machine's own policy, and the overlay, which only tightens. Reads rows only; an approver's seal is checked each time, so call
 * `signatures.prepare()` first.
 */
export const policyInForce = (ledger: LedgerReader, scope: Scope, context: Surroundings): PolicyInForce => {
  const row = wellFormed(ledger.policy(scope) ?? unset(scope));
  const root = context.rootPolicy();
  const approver = approverOf(ledger, scope, context);
  const trouble = troubleOf(ledger, row, approver, context);
  // The machine's own policy needs no seal: root wrote the file. The ledger's version counts on top of it only where it tightens, and its
  // authorisation only where it is sealed.
  const byRoot = root !== null && root.approver !== null;
  // A row written before a limit existed lacks that limit, which then has its default.
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

/** Reads the policy in force outside a transaction. Loads the code that checks an approver's seal, where there is an approver. */
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
  /** The freeze number up to which the policy's seal says that freezes are ended. */
  sealedThaw: number;
  context: Surroundings;
}

/**
 * Tells since when the account is frozen. Only a thaw of this account ends a freeze, and only with the approver's signature where there is
 * an approver.
 */
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
  // The audit trail knows a freeze whose row somebody took out: the freeze counts all the same.
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
