import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentHost } from './create-silent-host.ts';
import { createSshHost } from './create-ssh-host.ts';
import type { GuestHost } from './guest-host.ts';
import type { MachineWorld } from './guest-machine.ts';

/** `none`: no sockets. `banner`: real SSH that refuses commands. `exec`: commands run on this machine, without isolation. */
export type GuestMode = 'none' | 'banner' | 'exec';

/** Guests of that kind; their host keys come from `source`. Without `folder` their files are in a temporary one, which goes when they stop. */
export const createGuestHost = (mode: GuestMode, source: string, world: MachineWorld, folder?: string): GuestHost => {
  if (mode === 'none') return createSilentHost(source);
  const kept = folder ?? mkdtempSync(join(tmpdir(), 'aleph-agent-guests-'));
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const host = createSshHost({ folder: kept, source, exec: mode === 'exec', world });
  return {
    ...host,
    stop: async () => {
      await host.stop();
      if (folder === undefined) rmSync(kept, { recursive: true, force: true });
    },
  };
};
