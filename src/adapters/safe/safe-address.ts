import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

interface Home {
  folders: { safe: string };
  files: Pick<PrivateFiles, 'read'>;
}

/** The file in the safe's folder that says where it was served last. */
export const addressFile = 'address.json';

/**
 * The socket where nothing else is said: in a folder of its own that others may traverse and not list. A system service has its folder from
 * systemd (`RUNTIME_DIRECTORY`).
 */
export const usualSocket = (env: Readonly<Record<string, string | undefined>>, uid: number): string =>
  join(env['RUNTIME_DIRECTORY'] ?? join(tmpdir(), `aleph-agent-${uid}`), 'agents.sock');

/** The address of this home's safe, from the safe's folder. */
export const safeAddress = ({ folders, files }: Home, env: Readonly<Record<string, string | undefined>>): SafeAddress => {
  const kept = files.read(join(folders.safe, addressFile));
  if (kept !== null) return JSON.parse(Buffer.from(kept.bytes).toString()) as SafeAddress;
  const { uid } = userInfo();
  return { url: `unix:${usualSocket(env, uid)}`, pin: null, uid };
};
