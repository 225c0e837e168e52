import { userInfo } from 'node:os';
import * as z from 'zod';
import { failureIn } from '../../contract/declare/failure-in.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { SafePlace } from '../../ports/host/safe-place.ts';
import type { Random } from '../../ports/random.ts';
import { readJoined } from './joined-file.ts';
import { safeAddresses } from './safe-address.ts';
import { safeWire } from './safe-client.ts';
import type { Trust } from './send-by-tls.ts';

interface Home {
  /** What runs: node, and this program's own files and folders, by their paths. */
  program: readonly string[];
  folders: { safe: string; joined: string };
  files: PrivateFiles;
  random: Random;
  env: Readonly<Record<string, string | undefined>>;
  trust: Trust;
  signal: AbortSignal;
}

const takenIn = z.object({
  agent: z.string(),
  network: z.string(),
  account: z.string(),
  payer: z.string(),
  until: z.string().nullable(),
});

const begunJoin = z.object({ code: z.string(), token: z.string() });

/** The token with which this code was used before, where the answer never came; null where it was not. */
const tokenFor = (code: string, bytes: Uint8Array | undefined): string | null => {
  try {
    const begun = begunJoin.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return begun.code === code ? begun.token : null;
  } catch {
    return null;
  }
};

const health = z.object({ version: z.string(), since: z.string() });

/** How long a safe may take to say that it is there, ms. */
const answersWithinMs = 5_000;

/** The safe of a home, and what it has joined. */
export const openSafePlace = ({ program, folders, files, random, env, trust, signal }: Home): SafePlace => ({
  addresses: async () => safeAddresses({ folders, files }, env),
  async answering(service) {
    const joined = readJoined(folders.joined, files, env);
    const { socket } = safeAddresses({ folders, files }, env);
    const { uid } = userInfo();
    for (const address of joined !== null ? [joined] : service === null ? [socket] : [service, socket]) {
      const soon = AbortSignal.any([signal, AbortSignal.timeout(answersWithinMs)]);
      const document = await safeWire(address, trust, soon)
        .health()
        .catch(() => null);
      signal.throwIfAborted();
      const said = document?.ok ? health.safeParse(document.data) : null;
      if (said?.success) return { url: address.url, ...said.data, ours: address.uid === uid };
    }
    return null;
  },
  join: async ({ code, agent, ...address }) => {
    const begun = `${folders.joined}.begun`;
    const token = tokenFor(code, files.read(begun)?.bytes) ?? Buffer.from(random.bytes(32)).toString('base64url');
    // an answer that is lost is asked for again with the same token
    files.replace(begun, JSON.stringify({ code, token }));
    const kept = (facts: { agent: string; network: string; account: string }): void =>
      files.replace(folders.joined, `${JSON.stringify({ ...address, ...facts, token })}\n`);
    const document = await safeWire(address, trust, signal).join({ code, token });
    if (!document.ok) throw failureIn(document);
    const said = takenIn.safeParse(document.data);
    if (!said.success) throw new Failure('SAFE_VERSION', `The safe at ${address.url} answers a join in words of another version.`);
    kept({ agent, network: said.data.network, account: said.data.account });
    files.remove(begun);
    return said.data;
  },
  guard: async () => (await import('./guard.ts')).guardReport(program),
  leave: async () => {
    const found = readJoined(folders.joined, files, {});
    if (found === null) return null;
    files.remove(folders.joined);
    return { agent: found.agent };
  },
});
