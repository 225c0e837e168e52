import { join } from 'node:path';
import * as z from 'zod';
import { Failure } from '../../domain/failure/failure.ts';
import { human } from '../../domain/suggest/fix.ts';
import { isLoopbackUrl } from '../../domain/text/loopback-url.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';

const loopback = z.string().refine(isLoopbackUrl, 'an http URL on this machine (127.0.0.1, localhost, [::1])');

export const devnetEndpoints = z.object({
  ccn: loopback,
  ccns: z.array(loopback).min(1),
  crnsList: loopback,
  scheduler: loopback,
  control: loopback,
});

const record = z.object({ endpoints: devnetEndpoints, token: z.string().min(1), pid: z.int().positive() });

export type RunningDevnet = z.output<typeof record>;

/** Where `devnet up` notes the devnet that runs in this home. */
export const runningDevnetFile = (folder: string): string => join(folder, 'running.json');

/** The note of the devnet that was started in this home last; null where there is none. It may have died since. `CONFIG_INVALID` where it is damaged. */
export const readRunningDevnet = (folder: string, files: PrivateFiles): RunningDevnet | null => {
  const path = runningDevnetFile(folder);
  const found = files.read(path);
  if (found === null) return null;
  try {
    return record.parse(JSON.parse(new TextDecoder().decode(found.bytes)));
  } catch (thrown) {
    throw new Failure('CONFIG_INVALID', `${path} is not what "devnet up" writes.`, {
      fix: human(`Remove ${path} and start the devnet again.`),
      facts: { path },
      cause: thrown,
    });
  }
};
