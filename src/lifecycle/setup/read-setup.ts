import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure/failure.ts';
import type { ReadContext } from '../../ports/context.ts';

/** A script for a new VM, and its SHA-256 in hex, to which request ids, plans and approvals are bound. */
export interface Setup {
  /** As it was named. */
  file: string;
  script: Uint8Array;
  digest: string;
}

const mostBytes = 65_536;

/** Reads the script that `--setup` names; null for none. `USAGE` where it cannot be run: no such file, empty, or longer than 64 KiB. */
export const readSetup = async ({ host }: Pick<ReadContext, 'host'>, file: string | undefined): Promise<Setup | null> => {
  if (file === undefined) return null;
  // stdin could be read only once, and the script is read for the plan and again when it runs
  const script = file === '-' ? null : await host.files.read(file);
  if (script === null) throw new Failure('USAGE', `--setup ${file}: there is no such file. Name a script of this machine.`);
  if (script.length === 0)
    throw new Failure('USAGE', `--setup ${file} is empty, or can be read only once: name a file with at least one command.`);
  if (script.length > mostBytes) {
    throw new Failure(
      'USAGE',
      `--setup ${file} has ${script.length} bytes, and at most ${mostBytes} are sent: let it fetch the rest itself.`,
    );
  }
  return { file, script, digest: createHash('sha256').update(script).digest('hex') };
};
