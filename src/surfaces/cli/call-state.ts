import type { Meta, Warning } from '../envelope.ts';
import type { Scope } from './parse/scoped-command.ts';
import type { OutputMode } from './print/output-mode.ts';

/** What is known of the call when it ends, well or badly. */
export interface CallState {
  mode: OutputMode;
  command: string | null;
  brief: boolean;
  debug: boolean;
  /** The call's only document was printed already (`devnet up`). */
  answered: boolean;
  warnings: Warning[];
  meta: Meta;
  /** The flags that suggested commands must repeat. */
  scope: Scope;
}
