import type { EnforcerKind, EnforcerRecord } from '../domain/ending/enforcer.ts';
import type { Facts } from '../domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../domain/ledger/effect-points.ts';
import type { HealthRun } from '../domain/ledger/health.ts';
import type {
  ApprovalRecord,
  EffectRecord,
  FreezeRecord,
  HeadRecord,
  OperationRecord,
  PolicyRecord,
} from '../domain/ledger/ledger-records.ts';
import type { VmRecord, VmState } from '../domain/ledger/vm-record.ts';
import type { NewOperation } from '../domain/plan/operation-plan.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { Expense } from './network/accounts.ts';
import type { SignedMessage } from './network/messages.ts';

/** An approval as it is asked for: of a plan that is of some kind. */
export type NewApproval = Omit<ApprovalRecord, 'plan'> & { plan: Plan };

/** A row of the audit trail as it is written: with what its point says. */
export type NewEffect<Point extends EffectPoint> = Omit<EffectRecord, 'seq' | 'previousHash' | 'hash' | 'point' | 'facts'> & {
  point: Point;
  facts: Facts[Point];
};

/** Everything reads synchronously; the store is a file on this machine. Failures: LEDGER_UNREADABLE, LEDGER_TOO_NEW, LEDGER_BUSY. */
export interface LedgerReader {
  /** Rows by signing time, then id. Without a filter, all of them. `idPrefix`: hex digits that the id begins with. */
  vms(filter?: { states?: readonly VmState[]; network?: string; account?: string; operation?: string; idPrefix?: string }): VmRecord[];
  /** The VM that a name means: of those that run, else of those that may come alive, else of those gone, the newest. null for none. */
  vmNamed(filter: { name: string; network: string; account?: string }): VmRecord | null;
  vm(id: string): VmRecord | null;
  operation(id: string): OperationRecord | null;
  /** The newest operation that this request id bound, in its scope, younger than 30 days. */
  operationByRequest(scope: { account: string; network: string; command: string; requestId: string }): OperationRecord | null;
  operations(filter?: {
    account?: string;
    network?: string;
    kind?: OperationRecord['kind'];
    state?: OperationRecord['state'];
  }): OperationRecord[];
  approval(id: string): ApprovalRecord | null;
  approvals(filter?: { state?: ApprovalRecord['state']; network?: string; account?: string }): ApprovalRecord[];
  /** The policy in force for an account on a network; null before it was ever set (defaults hold). */
  policy(scope: { account: string; network: string }): PolicyRecord | null;
  /** The end of the trail that was last marked to be made public for an account; null before the first spend. */
  head(scope: { account: string; network: string }): HeadRecord | null;
  signed(id: string): SignedMessage | null;
  /** Signed messages that serve this VM: its INSTANCE, its FORGETs, its AGGREGATEs. Oldest first. */
  signedFor(vm: string): SignedMessage[];
  /** Newest first. */
  effects(filter?: {
    network?: string;
    account?: string;
    point?: EffectPoint;
    vm?: string;
    operation?: string;
    limit?: number;
    before?: number;
  }): EffectRecord[];
  /** Oldest first. */
  freezes(network: string): FreezeRecord[];
  /** What operations took from an envelope, credits each. */
  takes(envelope: string): bigint[];
  isUsed(nonce: string): boolean;
  expenses(filter: { account: string; network: string; since?: number; vm?: string }): Expense[];
  /** How a VM answered, run by run, newest first; as many as are kept. */
  health(vm: string): HealthRun[];
  /** What ends VMs at their expiry. */
  enforcers(filter: { network: string; subject?: string; kind?: EnforcerKind }): EnforcerRecord[];
  /** Time of a network's newest row, ms; null when there is none. A clock behind it is not trusted; a devnet's clock is its own. */
  newestAt(network: string): number | null;
  /** Walks the hash chain: the first effect that does not fit, or null. */
  firstBrokenLink(): number | null;
}

export interface LedgerTransaction extends LedgerReader {
  insertVm(row: VmRecord): void;
  updateVm(id: string, patch: Partial<Omit<VmRecord, 'id'>>): VmRecord;
  insertOperation(row: NewOperation): void;
  updateOperation(id: string, patch: Partial<Omit<OperationRecord, 'id' | 'plan'>>): void;
  insertSigned(vm: string, message: SignedMessage): void;
  insertApproval(row: NewApproval): void;
  updateApproval(id: string, patch: Partial<Omit<ApprovalRecord, 'id' | 'plan'>>): void;
  putPolicy(row: PolicyRecord): void;
  /** One a network and account: the newest. */
  putHead(row: HeadRecord): void;
  /** Appends; gives its number. */
  insertFreeze(row: Omit<FreezeRecord, 'seq'>): number;
  /** Marks it as used, for ever; false when it was already. */
  useNonce(nonce: string, approval: string, at: number): boolean;
  /** One row for each subject and kind. */
  putEnforcer(row: EnforcerRecord): void;
  /** Rows already known (by `ref`) are skipped. */
  insertExpenses(scope: { account: string; network: string }, rows: readonly Expense[]): void;
  /** Adds a run of probes, or replaces the one that began then; the oldest beyond those kept go. */
  putHealth(vm: string, run: HealthRun): void;
  /** Appends to the audit trail; the chain's hash is the ledger's business. */
  recordEffect<Point extends EffectPoint>(effect: NewEffect<Point>): void;
  /** Takes or renews the lease on a VM until `until`; false when another holder has it. */
  lease(vm: string, holder: string, now: number, until: number): boolean;
  release(vm: string, holder: string): void;
}

export interface Ledger extends LedgerReader {
  /**
   * One `BEGIN IMMEDIATE` transaction; `change` is synchronous and does no I/O. Committed, and on disk, when this returns.
   * `point` names it for the crash sweep: a write without a point does not compile.
   */
  write<Result>(point: EffectPoint, change: (transaction: LedgerTransaction) => Result): Result;
}
