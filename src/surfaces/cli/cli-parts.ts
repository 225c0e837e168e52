import type { AnyCommand } from '../../contract/declare/command.ts';
import type { Manifest } from '../../contract/declare/manifest.ts';
import type { Consent } from '../consent.ts';
import type { Call } from '../execute.ts';
import type { CallOptions } from './call-options.ts';
import type { Stored } from './stored.ts';

/** What the CLI is made of; main knows where it comes from. */
export interface CliParts {
  manifest(): Promise<Manifest>;
  load(name: string): Promise<AnyCommand>;
  /** What the settings' files say. `CONFIG_INVALID`. */
  stored(): Promise<Stored>;
  open(options: CallOptions): Call['contexts'] & { close(): Promise<void> };
  consent(): Promise<Consent>;
  undeclared: Call['undeclared'];
}
