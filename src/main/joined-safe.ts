import { randomBytes } from 'node:crypto';
import { homeFolders } from '../adapters/host/home.ts';
import { openSurroundings } from '../adapters/host/open-surroundings.ts';
import { privateFiles } from '../adapters/host/private-files.ts';
import type { JoinedFile } from '../adapters/safe/joined-file.ts';
import { safeWire } from '../adapters/safe/safe-client.ts';
import { publicKeyOf } from '../adapters/ssh/key-pair.ts';
import type { JoinedSafe } from '../contract/declare/door.ts';
import type { Manifest } from '../contract/declare/manifest.ts';

interface Here {
  manifest: Manifest;
  signal: AbortSignal;
}

/** The wire to the safe that this home has joined. A call that makes a VM brings the SSH key of this side. */
export const joinedSafe = ({ agent, token, account, ...address }: JoinedFile, { manifest, signal }: Here): JoinedSafe => {
  const wire = safeWire(address, openSurroundings(process.env), signal);
  return {
    agent,
    account,
    call: async (call, onPhase) => {
      const makes = ['vm create', 'vm redeploy', 'vm spawn'].includes(call.command);
      const sshKey = makes ? { sshKey: await publicKeyOf(homeFolders(process.env).ssh, account, privateFiles()) } : {};
      const id = randomBytes(16).toString('hex');
      return wire.call(token, { ...call, id, registry: manifest.registry, ...sshKey }, onPhase);
    },
  };
};
