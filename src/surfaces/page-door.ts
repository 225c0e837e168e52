import type { Terminal } from '../contract/declare/command.ts';
import type { Described } from '../contract/declare/describe.ts';
import type { PageApproval, PageEnd } from '../contract/declare/door.ts';
import type { AnyPlan } from '../domain/plan/plan.ts';

/** What a page is made of. */
export interface PageDoor {
  version: string;
  /** The program was told to end. */
  signal: AbortSignal;
  commands: readonly Described[];
  /** The page itself, with style and script in it. */
  html: string;
  /** It only shows. */
  readOnly: boolean;
  /** It approves by codes in a home with agents, too: the person who started it said so. */
  approves: boolean;
  /** The home serves agents now. Throws where the ledger cannot be read. */
  hasAgents(): boolean;
  /** An approver's signature alone approves now, whatever else the page was told. Rejects where that cannot be read. */
  hasApprover(): Promise<boolean>;
  call: Terminal['call'];
  /** Milliseconds since the epoch. */
  now(): number;
  pause(ms: number): Promise<void>;
  /** Calls `task` every so many ms until what it returns is called. */
  every(ms: number, task: () => void): () => void;
  /** A text that nobody can guess. */
  secret(): string;
  /** Six digits that nobody can guess. */
  code(): string;
  /** Says something to the person at the terminal. */
  say(text: string): void;
  /** A plan as text, for that person. */
  present(plan: AnyPlan): string;
  /** A mark of the ledger, which is another one once something was written. Throws where it cannot be read. */
  mark(): string;
  /** Somebody used the link a second time. */
  usedTwice(): Promise<void>;
}

/** What the owner of a safe is told of a page that the safe serves, a line of JSON each; empty objects keep the line alive. */
export interface OwnersPage {
  /** So many pages were closed. */
  closed?: number;
  page?: { url: string; until: number; approvesBy: PageApproval };
  /** Its link was used; false: it is served no more, and never was. */
  opened?: boolean;
}

/** How a request came. */
export interface CameToPage {
  /** As what requests must address the page. */
  host: string;
  /** The connection is that of whoever opened the page. */
  admitted(): void;
}

/** A page that is served. */
export interface ServedPage {
  answer(request: Request, came: CameToPage): Response | Promise<Response>;
  /** What the link has behind its `#`: it opens the page, once. */
  link: string;
  /** So long it does, ms since the epoch. */
  until: number;
  /** What approves at the page now; where that cannot be read, no code does. */
  approvesBy(): Promise<PageApproval>;
  /** Resolves once the link was used; never where it was not. */
  opened: Promise<void>;
  /** Resolves once the page is to be served no more. */
  over: Promise<PageEnd>;
  /** Closes the page, and tells the tabs that have it open. */
  end(): Promise<void>;
}
