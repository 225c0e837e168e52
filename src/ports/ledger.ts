import type { AgentRecord } from '../domain/agents/agent-record.ts';
import type { EndingKind, EnforcerRecord } from '../domain/ending/enforcer.ts';
import type { Facts } from '../domain/ledger/effect-facts.ts';
import type { EffectPoint } from '../domain/ledger/effect-points.ts';
import type { HealthRun } from '../domain/ledger/health.ts';
import type {
  ApprovalRecord,
  EffectRecord,
  FreezeRecord,
  HeadRecord,
  OperationCourse,
  OperationRecord,
  PolicyRecord,
} from '../domain/ledger/ledger-records.ts';
import type { VmCost, VmRecord, VmState } from '../domain/ledger/vm-record.ts';
import type { NewOperation } from '../domain/plan/operation-plan.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { Expense } from './network/accounts.ts';
import type { SignedMessage } from './network/messages.ts';

/** A new approval, whose plan is of a known kind. */
export type NewApproval = Omit<ApprovalRecord, 'plan'> & { plan: Plan };

/** A new row of the audit trail, with the facts that its effect point requires. */
export type NewEffect<Point extends EffectPoint> = Omit<EffectRecord, 'seq' | 'previousHash' | 'hash' | 'point' | 'facts'> & {
  point: Point;
  facts: Facts[Point];
};

export interface VmFilter {
  name?: string;
  /** null: the owner's own. */
  agent?: string | null;
  states?: readonly VmState[];
  network?: string;
  account?: string;
  operation?: string;
  /** Hex digits that the id begins with. */
  idPrefix?: string;
  /** Those whose costs are not settled. */
  unsettled?: boolean;
  /** Those that changed at this time (ms) or later. */
  changedSince?: number;
  /** Those that live, and those that ended at this time (ms) or later. */
  endedSince?: number;
  /** So many of them, those that were signed last. */
  newest?: number;
}

/** Reads the ledger synchronously from a file on this machine. Throws LEDGER_UNREADABLE, LEDGER_TOO_NEW or LEDGER_BUSY. */
export interface LedgerReader {
  /** VMs by signing time, then in the order in which they came; all of them without a filter. */
  vms(filter?: VmFilter): VmRecord[];
  /** What all VMs and operations of an account say of costs, in the order of `vms` and `operations`. */
  costs(scope: { account: string; network: string }): { vms: VmCost[]; operations: OperationCourse[] };
  /** Who pays for VMs of an account, by their rows. */
  payers(scope: { account: string; network: string }): string[];
  /**
   * The VM that a name means: the newest one that is live, else the newest that may come alive again, else the newest that is gone. null
   * for none.
   */
  vmNamed(filter: { name: string; network: string; account?: string; agent?: string | null }): VmRecord | null;
  vm(id: string): VmRecord | null;
  operation(id: string): OperationRecord | null;
  /** The newest operation, at most 30 days old, that this request id was used for in the scope. */
  operationByRequest(scope: {
    account: string;
    network: string;
    /** null: the owner. */
    agent: string | null;
    command: string;
    requestId: string;
  }): OperationRecord | null;
  /** By start, then in the order in which they came. */
  operations(filter?: {
    account?: string;
    agent?: string | null;
    network?: string;
    kind?: OperationRecord['kind'];
    state?: OperationRecord['state'];
  }): OperationRecord[];
  approval(id: string): ApprovalRecord | null;
  /** By the time of the request, then in the order in which they came. */
  approvals(filter?: {
    state?: ApprovalRecord['state'];
    network?: string;
    account?: string;
    /** null: those of the owner. */
    agent?: string | null;
  }): ApprovalRecord[];
  /** The newest version of an account's policy, by whatever name its network goes; null where none was ever set and the defaults apply. */
  policy(scope: { account: string }): PolicyRecord | null;
  /** The newest head of the audit trail that was marked for publishing for an account; null before the first spend. */
  head(scope: { account: string }): HeadRecord | null;
  /**
   * The least and the greatest balance, credits, that the audit trail saw the payer hold when the account spent or set its policy since `since`
   * (ms); null where it saw none.
   */
  balancesSeen(scope: { account: string; payer: string; since: number }): { least: bigint; greatest: bigint } | null;
  /** The first row of the trail, of any account, that was written under a policy of the machine's own; null where none was. */
  rootPolicySeen(): number | null;
  /** The network on which the audit trail saw the account first; null where it never did. */
  networkOf(account: string): string | null;
  /** Of an INSTANCE that may not be sent any more the signature is wiped. */
  signed(id: string): SignedMessage | null;
  /** The signed messages about a VM: its INSTANCE, its FORGETs, its AGGREGATEs. Oldest first. */
  signedFor(vm: string): SignedMessage[];
  /** Rows of the audit trail, newest first. */
  effects(filter?: {
    network?: string;
    account?: string;
    point?: EffectPoint;
    vm?: string;
    operation?: string;
    limit?: number;
    /** The number of a row. */
    before?: number;
    /** Of this time (ms) or later. */
    since?: number;
  }): EffectRecord[];
  agent(name: string): AgentRecord | null;
  /** Agents that are or were let in, by when they were added. `token`, `invitation`: SHA-256, hex. */
  agents(filter?: { network?: string; account?: string; token?: string; invitation?: string; parent?: string }): AgentRecord[];
  /** All freezes and thaws of a network, oldest first. */
  freezes(network: string): FreezeRecord[];
  /** Credits that each operation took from an envelope. */
  takes(envelope: string): bigint[];
  isUsed(nonce: string): boolean;
  expenses(filter: { account: string; network: string; since?: number; vm?: string }): Expense[];
  /** The runs of a VM's health probes that are kept, newest first. */
  health(vm: string): HealthRun[];
  /** The enforcers that end VMs at their expiry. */
  enforcers(filter: { network: string; subject?: string; kind?: EndingKind }): EnforcerRecord[];
  /**
   * Time of a network's newest row, ms; null where it has none. A clock that is behind this time is not trusted; a devnet has its own
   * clock.
   */
  newestAt(network: string): number | null;
  /** Walks the hash chain: the number of the first row that does not fit, or null. */
  firstBrokenLink(): number | null;
  /** Walks the hash chain while others go on, so that `firstBrokenLink`, asked afterwards on the same ledger, need not. Never fails. */
  walkAhead(): Promise<void>;
  /**
   * What follows from rows alone, for whoever asks it again and again: answered once for as long as nobody writes. Absent where each call
   * looks for itself.
   */
  once?<Answer>(question: string, answer: () => Answer): Answer;
}

export interface LedgerTransaction extends LedgerReader {
  insertVm(row: VmRecord): void;
  updateVm(id: string, patch: Partial<Omit<VmRecord, 'id'>>): VmRecord;
  insertOperation(row: NewOperation): void;
  updateOperation(id: string, patch: Partial<Omit<OperationRecord, 'id' | 'plan'>>): void;
  /** Takes the signed bytes out of a top-up's row. */
  wipePayment(operation: string): void;
  insertSigned(vm: string, message: SignedMessage): void;
  insertApproval(row: NewApproval): void;
  updateApproval(id: string, patch: Partial<Omit<ApprovalRecord, 'id' | 'plan'>>): void;
  putPolicy(row: PolicyRecord): void;
  /** Adds an agent, or replaces the row of that name. */
  putAgent(row: AgentRecord): void;
  /** Keeps the newest head of each network and account. */
  putHead(row: HeadRecord): void;
  /** Appends a freeze or thaw and returns its number. */
  insertFreeze(row: Omit<FreezeRecord, 'seq'>): number;
  /** Marks the nonce as used for ever; false where it was used already. */
  useNonce(nonce: string, approval: string, at: number): boolean;
  /** Keeps one row for each subject and kind. */
  putEnforcer(row: EnforcerRecord): void;
  /** Adds expense rows; those already known by their `ref` are skipped. */
  insertExpenses(scope: { account: string; network: string }, rows: readonly Expense[]): void;
  /** Adds a run of probes, or replaces the run with the same start; the oldest runs beyond the number kept are dropped. */
  putHealth(vm: string, run: HealthRun): void;
  /** Appends to the audit trail; the ledger itself computes the chain's hash. */
  recordEffect<Point extends EffectPoint>(effect: NewEffect<Point>): void;
  /** Takes or renews the lease on a VM until `until`; false when another holder has it. */
  lease(vm: string, holder: string, now: number, until: number): boolean;
  release(vm: string, holder: string): void;
}

export interface Ledger extends LedgerReader {
  /**
   * Runs `change` in one `BEGIN IMMEDIATE` transaction; `change` is synchronous and does no I/O. When this returns, the transaction is
   * committed and on disk. `point` names the write for the crash sweep: a write without a point does not compile.
   */
  write<Result>(point: EffectPoint, change: (transaction: LedgerTransaction) => Result): Result;
}
