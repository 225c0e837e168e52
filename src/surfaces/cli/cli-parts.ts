import type { AnyCommand, Terminal } from '../../contract/declare/command.ts';
import type { JoinedSafe, PageEnd, PageManner, SafeManner } from '../../contract/declare/door.ts';
import type { Manifest } from '../../contract/declare/manifest.ts';
import type { Consent } from '../consent.ts';
import type { Call } from '../execute.ts';
import type { McpDoor } from '../mcp-door.ts';
import type { PageDoor } from '../page-door.ts';
import type { CallOptions } from './call-options.ts';
import type { Unheard } from './offline-told.ts';
import type { Stored } from './stored.ts';

/** What a page is served with, as the call has it that serves it. */
export interface PageParts
  extends Pick<PageDoor, 'version' | 'signal' | 'commands' | 'call' | 'now' | 'pause' | 'every' | 'say' | 'present'> {
  /** Prints where the safe takes agents, or the file is that opens the page. */
  announce: Terminal['announce'];
}

export interface PageServing extends PageParts {
  manner: PageManner;
}

/** What a safe is served with. */
export interface SafeServing extends PageParts, Pick<McpDoor, 'parse'> {
  manner: SafeManner;
  /** Where the passphrase of its keys is read; null where they have none. */
  passphraseFile: string | null;
}

/** The parts that the CLI is made of; main provides them. */
export interface CliParts {
  manifest(): Promise<Manifest>;
  load(name: string): Promise<AnyCommand>;
  /** The pages of the manual, by name: Markdown. */
  topics(): Promise<Readonly<Record<string, string>>>;
  /** The contents of the settings files. Throws `CONFIG_INVALID`. */
  stored(): Promise<Stored>;
  /** `unheard`: what the call found where no host answered it; null where one did, or none was asked. */
  open(options: CallOptions): Call['contexts'] & { close(): Promise<void>; unheard?(): Promise<Unheard | null> };
  consent(): Promise<Consent>;
  /** The safe that this home has joined; null where it has key, policy and ledger of its own. `CONFIG_INVALID`. */
  joined(signal: AbortSignal): Promise<JoinedSafe | null>;
  undeclared: Call['undeclared'];
  /** Serves the safe until the program is told to end. Resolves with the number of agents' calls that were answered. */
  serveSafe(door: SafeServing): Promise<number>;
  /** Serves the page to a browser of this machine. Resolves with why it is served no more. */
  servePage(door: PageServing): Promise<PageEnd>;
  /** Serves MCP on the process's own stdin and stdout, until the client closes them. */
  serveMcp(door: Omit<McpDoor, 'commands' | 'load' | 'streams' | 'secret'>): Promise<number>;
}
