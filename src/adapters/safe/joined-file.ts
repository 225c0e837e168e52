import * as z from 'zod';
import type { SafeAddress } from '../../domain/agents/invitation.ts';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

/** The safe that this home has joined, with the token that it takes; a token is used with its file's address only. */
export interface JoinedFile extends SafeAddress {
  agent: string;
  token: string;
  network: string;
  account: string;
}

const shape = z.strictObject({
  url: z.string().regex(/^(unix:\/|https:\/\/)/),
  pin: z.string().nullable(),
  uid: z.int().nullable(),
  agent: z.string(),
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  network: z.string(),
  account: z.string(),
});

/**
 * The file in which the token lies: one that `ALEPH_AGENT_TOKEN_FILE` names, as in containers, or the home's own. null where this home has
 * joined no safe. `CONFIG_INVALID` for a file that others can read, or that is not what `join` wrote.
 */
export const readJoined = (
  own: string,
  files: Pick<PrivateFiles, 'read'>,
  env: Readonly<Record<string, string | undefined>>,
): JoinedFile | null => {
  const named = env['ALEPH_AGENT_TOKEN_FILE'] || null;
  const path = named ?? own;
  const found = files.read(path);
  const unfit = (why: string): Failure =>
    new Failure('CONFIG_INVALID', `${path} ${why}.`, { sideEffects: 'none', fix: human('Join the safe anew.'), facts: { path } });
  if (found === null) {
    if (named !== null) throw unfit('is not there');
    return null;
  }
  if (found.exposed) throw unfit('can be read by other users of this machine, and holds a token');
  try {
    return shape.parse(JSON.parse(Buffer.from(found.bytes).toString()));
  } catch {
    throw unfit('is not what join wrote');
  }
};
