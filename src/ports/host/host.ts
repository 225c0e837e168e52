import type { Alerts } from './alerts.ts';
import type { Archives } from './archives.ts';
import type { ClientFiles } from './client-files.ts';
import type { Devnets } from './devnets.ts';
import type { Files } from './files.ts';
import type { MachineReport } from './machine-report.ts';
import type { ProvingGrounds } from './proving-ground.ts';
import type { ReaperTimer } from './reaper-timer.ts';
import type { SafePlace } from './safe-place.ts';
import type { SafeService } from './safe-service.ts';
import type { Sandboxes } from './sandbox.ts';
import type { Surroundings } from './surroundings.ts';

/** This machine, for the few commands that need more than keys, ledger and network. */
export interface Host {
  readonly files: Files;
  readonly archives: Archives;
  readonly alerts: Alerts;
  readonly reaperTimer: ReaperTimer;
  readonly devnets: Devnets;
  readonly safe: SafePlace;
  readonly safeService: SafeService;
  readonly sandboxes: Sandboxes;
  readonly surroundings: Surroundings;
  /** Where the program is attacked, in a temporary folder of its own. */
  provingGrounds(): Promise<ProvingGrounds>;
  /** The configuration files of programs that call tools. */
  clientFiles(): Promise<ClientFiles>;
  /** Inspects this machine for doctor. */
  inspect(): Promise<MachineReport>;
  /** Closes to other users of this machine what `inspect` calls lax, as far as it is ours; resolves with what it closed. */
  tighten(): Promise<MachineReport['lax']>;
}
