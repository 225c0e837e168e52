import type { Meta, Warning } from '../envelope.ts';
import type { Scope } from './parse/scoped-command.ts';
import type { Host } from './print/host.ts';
import type { OutputMode } from './print/output-mode.ts';

/** What is known of the call when it ends, well or badly. */
export interface CallState {
  mode: OutputMode;
  command: string | null;
  brief: boolean;
  /** As `--color` takes it. */
  color: string;
  debug: boolean;
  /** The call's only document was printed already (`devnet up`). */
  answered: boolean;
  warnings: Warning[];
  meta: Meta;
  /** The flags that suggested commands must repeat. */
  scope: Scope;
}

/** What is known of a call before anything of it was read: its manner, and its command where that is certain. */
export const freshState = (host: Pick<Host, 'version' | 'argv'>, mode: OutputMode, command: string | null): CallState => ({
  mode,
  command,
  brief: false,
  // a line that cannot be parsed is answered in its own manner, too
  color: /--(no-color|color[= ]never)( |$)/.test(host.argv.join(' ')) ? 'never' : 'auto',
  debug: false,
  answered: false,
  warnings: [],
  meta: { version: host.version },
  scope: {},
});
