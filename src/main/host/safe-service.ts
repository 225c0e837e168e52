import { type HostMachine, tell } from '../../adapters/reaper-timer/host-machine.ts';
import { openSafeService } from '../../adapters/safe-service/open-safe-service.ts';
import type { SafeService } from '../../ports/host/safe-service.ts';

/** The safe as a service of this machine, whose programs get nothing but their words. */
export const safeServiceOf = (machine: HostMachine, program: string): SafeService =>
  openSafeService({
    machine: {
      env: machine.env,
      platform: machine.platform,
      execPath: machine.execPath,
      getuid: machine.getuid?.bind(machine),
      tell: (program, args, options) => tell(machine, program, args, options),
    },
    program,
  });
