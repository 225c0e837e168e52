import type { TlsPlace } from '../../domain/agents/tls-place.ts';
import type { AnyPlan } from '../../domain/plan/plan.ts';
import type { Phase } from '../../ports/progress.ts';

/** A call of a command with its input by key, as programs make it. It goes the same road as a line that is typed, and answers the same. */
export interface Order {
  /** Name of the command: `vm create`. */
  command: string;
  input: Readonly<Record<string, unknown>>;
  dryRun?: boolean;
  /** An approval's id. */
  approval?: string;
  /** Why, for whoever approves. */
  purpose?: string;
  /** What it belongs to, by the caller's own word; absent: the task of the call that gives the order. */
  task?: string;
  timeoutSeconds?: number;
}

/** A phase that the call has reached. */
export interface Reached {
  phase: Phase;
  /** The operation that reached it. */
  operation?: string;
  vm?: string;
}

/** Counts what a plan may cost before it is applied; throws where that is too much. What it returns is told how that ended. */
export type SpendGate = (plan: AnyPlan) => { failed(): void; replayed(): void };

/** An agent for whom a safe makes a call. */
export interface AgentCaller {
  name: string;
  network: string;
  /** The key that signs, by its address. */
  account: string;
  /** Whose credits it spends. */
  payer: string;
  /** Its own SSH key, type and base64, which goes into each VM that it makes; null: it gave none. */
  sshKey: string | null;
}

/** A person who is asked about a plan, wherever they are. */
export interface Consenter {
  /** Asks yes or no to the plan. */
  confirm(plan: AnyPlan): Promise<boolean>;
  /** Shows the plan and lets the person type the phrase, or what stands for it there; true where they did. */
  approve(plan: AnyPlan, phrase: string): Promise<boolean>;
}

export interface Around {
  /** Is asked what the call asks; absent: nobody can be. */
  person?: Consenter | undefined;
  /** Whoever makes the call is not the owner. */
  agent?: AgentCaller | undefined;
  /** What the call is made for, whatever the call was given that gives the order. */
  about?: PageAbout;
  /** Aborting it with a `Failure` stops waiting; what is under way goes on, from the ledger. */
  signal?: AbortSignal;
  /** The call outlives the word that the program is to end, until `signal` says so. */
  drains?: true;
  onPhase?: ((reached: Reached) => void) | undefined;
  gate?: SpendGate | undefined;
  /** All fields of the answer, whatever the call that gives the order is to show. */
  whole?: true;
}

/** The document that the same line prints with --json, and its exit code. */
export interface Answered {
  document: AnsweredDocument;
  exit: number;
}

export type AnsweredDocument =
  | { ok: true; schema: string; data: unknown; warnings: { code: string; message: string }[]; next: { command: string; why: string }[] }
  | { ok: false; schema: string; error: Record<string, unknown>; warnings?: { code: string; message: string }[] };

/** How `mcp` serves. */
export interface McpManner {
  /** Names of tools; null: the default ones. */
  tools: readonly string[] | null;
  all: boolean;
  /** Credits that calls of this server may cost together; null: no limit but the policy's. */
  mostCredits: bigint | null;
  /** The earlier system's names of tools stand beside ours. */
  legacyNames: boolean;
  /** Where a person approves: a page of the owner's; null where there is none. */
  approvalsAt: string | null;
}

/** How `serve` serves by TLS. */
export interface TlsManner {
  place: TlsPlace;
  /** How others reach it there, `https://host:port`; null: as it listens. */
  publicUrl: string | null;
  /** The owner's own certificate with its key, by the paths of their files; null: the safe makes its own. */
  files: { certificate: string; key: string } | null;
}

/** How `serve` serves. */
export interface SafeManner {
  /** Path of the unix socket; null: the usual one. */
  socket: string | null;
  /** null: at the socket alone. */
  tls: TlsManner | null;
  /** How the pages of its owner are served, for whom `dashboard` asks it; null: none are. */
  pages: Pick<PageManner, 'about' | 'approves' | 'seen'> | null;
}

/** How `dashboard` serves its page. */
export interface PageManner {
  /** Where the file with the link is made; null: the usual place. */
  file: string | null;
  /** No file is made: the link is shown to the person at the terminal. */
  shown: boolean;
  /** It only shows: no person started it at a terminal. */
  readOnly: boolean;
  /** It approves by codes in a home with agents, too. */
  approves: boolean;
  /** What was seen of agents' programs that run beside it; null where nobody looked. */
  seen: string | null;
  about: PageAbout;
  /** No page is made: those that the safe serves are closed. */
  close: boolean;
}

/** What a page shows, and what its calls are made for, whatever is chosen meanwhile. */
export interface PageAbout {
  network: string;
  /** Tells one devnet from another; null where none answered. */
  networkId: string | null;
  /** The key's address; null where there was no key. */
  account: string | null;
  payer: string | null;
  task: string | null;
}

/**
 * Why a page is served no more. `twice`: its link was used a second time. `handed`: nothing more is done here, as the safe serves it.
 * `closed`, `none`: what a safe served is closed, or no safe served any.
 */
export type PageEnd = 'told' | 'unopened' | 'twice' | 'old' | 'handed' | 'closed' | 'none';

/** How a page approves without an approver's wallet: by codes that stand at a terminal, or not at all. null: it only shows. */
export type PageApproval = 'code' | 'signature' | null;

/** A call as it goes over the wire to a safe. */
export interface WireCall {
  command: string;
  input: Readonly<Record<string, unknown>>;
  options: { dryRun?: boolean; approval?: string; purpose?: string; task?: string; timeoutSeconds?: number };
  /** Random: the same id never runs twice. */
  id: string;
  /** Digest of the client's commands. */
  registry: string;
  sshKey?: string;
}

/** The safe that this home has joined. */
export interface JoinedSafe {
  agent: string;
  /** The account that the agent's VMs are signed by. */
  account: string;
  /** Makes a call there. Fails with `SAFE_UNREACHABLE`; whatever the safe says is a document. */
  call(call: Pick<WireCall, 'command' | 'input' | 'options'>, onPhase: (reached: Reached) => void): Promise<AnsweredDocument>;
}
