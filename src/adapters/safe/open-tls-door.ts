import type { RequestListener, Server } from 'node:http';
import type { TlsManner } from '../../contract/declare/door.ts';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import { urlOfPlace } from '../../domain/agents/tls-place.ts';
import { knownFailure } from '../../domain/failure/known-failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { type Certified, listenByTls } from './listen.ts';
import { ownCertificate } from './own-certificate.ts';
import { ownersCertificate } from './owners-certificate.ts';

/** How often the certificate is looked at anew: ours may end soon, and the owner's may have been renewed. */
const lookMs = 3_600_000;

interface Surroundings {
  /** The safe's own folder. */
  folder: string;
  files: PrivateFiles;
  now(): number;
  every(ms: number, task: () => void): () => void;
}

export interface OpenTlsDoor {
  server: Server;
  address: SafeAddress;
}

/**
 * Prepares the door by TLS, and fails where its certificate is not right: `USAGE`, `CONFIG_INVALID`. What it resolves with opens it. While it
 * is open a certificate that was renewed is shown to whoever comes; one that cannot be read leaves the last one there.
 */
export const prepareTlsDoor = async (
  { place, publicUrl, files: owners }: TlsManner,
  { folder, files, now, every }: Surroundings,
): Promise<(listener: RequestListener) => Promise<OpenTlsDoor>> => {
  const certified = async (): Promise<Certified> =>
    owners === null ? ownCertificate({ folder, files, now: now() }) : ownersCertificate(owners, publicUrl ?? urlOfPlace(place), now());
  const first = await certified();
  return async (listener) => {
    const { server, port, show } = await listenByTls(place, first, listener);
    const stop = every(lookMs, () => void certified().then(show).catch(knownFailure));
    server.once('close', stop);
    return { server, address: { url: publicUrl ?? urlOfPlace({ ...place, port }), pin: first.pin, uid: null } };
  };
};
