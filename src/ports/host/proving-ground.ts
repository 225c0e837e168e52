import type { Bill, Recorded } from '../../domain/trials/judge-sides.ts';

/** How a process of the program ended. */
export interface Ran {
  exit: number | null;
  /** `ok`, the failure's code, `killed`, or `none` where it ended without a document. */
  code: string;
  data: Readonly<Record<string, unknown>>;
  /** Of its failure; empty where there is none. */
  sideEffects: string;
  /** Of its failure. */
  facts: Readonly<Record<string, unknown>>;
  /** Codes of its warnings. */
  warnings: readonly string[];
  /** The phases that it told of, in NDJSON mode. */
  phases: readonly string[];
  /** Real time. */
  ms: number;
  /** Everything that it wrote. */
  said: string;
}

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  stdin?: string;
  /** SIGKILL from outside: so many real ms after its start, or as soon as it tells of a phase. */
  kill?: { afterMs: number } | { atPhase: string };
}

/** A `serve` of a home, as a process of its own. */
export interface ServedSafe {
  pid: number;
  /** Path of the agents' socket. */
  socket: string;
  /** Ends it as its owner does. */
  close(): Promise<void>;
}

/** An OS user who was made for the attack. */
export interface OsUser {
  name: string;
  uid: number;
  gid: number;
}

/** Why there can be no OS users. */
export interface NoUsers {
  why: string;
  /** Nothing else stands in the way: root can make them here. */
  rootCan: boolean;
}

/** A home of the program in a temporary folder. */
export interface GroundHome {
  readonly folder: string;
  /** Of its key; empty where it has none. */
  readonly address: string;
  /** Runs a line in JSON mode, as a process of its own; words are parted by blanks. */
  run(line: string, options?: RunOptions): Promise<Ran>;
  /** The same, again a few times where it was refused without having done anything: a busy machine cannot always read in time. */
  persist(line: string, options?: RunOptions): Promise<Ran>;
  /**
   * The same, and the word of a person who agrees where one is asked for: the row of the approval is written. Throws unless it ends well.
   */
  agreed(line: string): Promise<Ran>;
  /** Asks for what needs a person, and has that one grant it; the id of the approval, which nothing has used yet. */
  granted(line: string): Promise<string>;
  record(): Recorded;
  /**
   * Writes into the ledger with an editor: its triggers go, then these statements run. Returns how many rows the one changed that changed
   * fewest; 0 where the file itself refuses one.
   */
  edit(...statements: readonly string[]): number;
  /** Names the first approver, as a person does at a terminal; `sign` is the approver's, of the typed data that it is given. */
  appoint(approver: string, sign: (request: string) => Promise<string>): Promise<void>;
  /** Appends to the trail, chained by the public rule, that the policy has no approver, and the policy's row with it. */
  dismissApprover(): void;
  /** A copy of all files, as another home with the same key. */
  copy(): GroundHome;
  /** Takes a file or folder away. */
  lose(path: string): void;
  put(path: string, text: string): void;
  read(path: string): string;
  /** Of each file, below the home. */
  files(): string[];
  serve(): Promise<ServedSafe>;
}

/** A devnet of its own, as a process; its clock jumps while everybody on it waits. */
export interface ProvingGround {
  /** Where the devnet is told what to do, and tells its time. */
  readonly control: string;
  /** A home with a key and so much money. */
  home(usd: string, user?: OsUser): Promise<GroundHome>;
  /** A home without a key, which knows no network. */
  bareHome(name: string, user?: OsUser): GroundHome;
  /** What the network bills to an account. */
  bills(address: string): Promise<Bill[]>;
  advance(ms: number): Promise<void>;
  /** In the words of `devnet fault`. */
  fault(words: string): Promise<void>;
  clearFaults(): Promise<void>;
  close(): Promise<void>;
}

/** `ok`, the failure's code, or `none` for what is no document. */
export type WireAnswer = string;

/** Where the program is attacked: networks, homes and processes that all go at the end. */
export interface ProvingGrounds {
  open(order: { nodes: number; seed: number; guests: 'banner' | 'exec' }): Promise<ProvingGround>;
  /** Makes OS users. They go when the grounds are closed, after all processes. */
  osUsers(count: number): readonly OsUser[] | NoUsers;
  /** Runs shell text as this user: its exit code, and what it wrote. */
  asUser(user: OsUser, text: string): { exit: number; said: string };
  /** Makes a call at a safe's socket with a token, without this program's own client. */
  tellSafe(socket: string, token: string, body: unknown): Promise<WireAnswer>;
  /** Ends every process and takes every file and user away, whatever is under way. Returns what could not be taken away. */
  close(): Promise<readonly string[]>;
}
