import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { SafeAddresses } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

interface Home {
  folders: { safe: string };
  files: Pick<PrivateFiles, 'read'>;
}

/** The file in the safe's folder that says how it was reached when it was served last. */
export const addressFile = 'address.json';

const address = z.strictObject({ url: z.string(), pin: z.string().nullable(), uid: z.int().nullable() });
const shape = z.strictObject({ socket: address, tls: address.nullable() });

/**
 * The socket where nothing else is said: in a folder of its own that others may traverse and not list. A system service has its folder from
 * systemd (`RUNTIME_DIRECTORY`).
 */
export const usualSocket = (env: Readonly<Record<string, string | undefined>>, uid: number): string =>
  join(env['RUNTIME_DIRECTORY'] ?? join(tmpdir(), `aleph-agent-${uid}`), 'agents.sock');

/** How this home's safe is reached, from the safe's folder. `CONFIG_INVALID` for a file that is not what `serve` wrote. */
export const safeAddresses = ({ folders, files }: Home, env: Readonly<Record<string, string | undefined>>): SafeAddresses => {
  const path = join(folders.safe, addressFile);
  const kept = files.read(path);
  if (kept === null) {
    const { uid } = userInfo();
    return { socket: { url: `unix:${usualSocket(env, uid)}`, pin: null, uid }, tls: null };
  }
  try {
    return shape.parse(JSON.parse(Buffer.from(kept.bytes).toString()));
  } catch {
    throw new Failure('CONFIG_INVALID', `${path} is not what serve wrote.`, {
      sideEffects: 'none',
      fix: human('Serve the safe anew.'),
      facts: { path },
    });
  }
};
