import type { AnyCommand } from '../../contract/declare/command.ts';
import type { Manifest } from '../../contract/declare/manifest.ts';
import type { Consent } from '../consent.ts';
import type { Call } from '../execute.ts';
import type { McpDoor } from '../mcp-door.ts';
import type { CallOptions } from './call-options.ts';
import type { Stored } from './stored.ts';

/** The parts that the CLI is made of; main provides them. */
export interface CliParts {
  manifest(): Promise<Manifest>;
  load(name: string): Promise<AnyCommand>;
  /** The contents of the settings files. Throws `CONFIG_INVALID`. */
  stored(): Promise<Stored>;
  open(options: CallOptions): Call['contexts'] & { close(): Promise<void> };
  consent(): Promise<Consent>;
  undeclared: Call['undeclared'];
  /** Serves MCP on the process's own stdin and stdout, until the client closes them. */
  serveMcp(door: Omit<McpDoor, 'commands' | 'load' | 'streams' | 'secret'>): Promise<number>;
}
