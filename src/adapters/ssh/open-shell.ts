import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/private-files.ts';
import type { Shell } from '../../ports/shell.ts';
import { checkRequest } from './exec-request.ts';
import { findProgram } from './find-program.ts';
import { publicKeyOf } from './key-pair.ts';
import { execByLibrary } from './library-ssh.ts';
import type { Machine } from './machine.ts';
import { knownHostsFile } from './pinned-host.ts';
import { probe } from './probe.ts';
import { execBySystemSsh } from './system-ssh.ts';

/**
 * SSH with keys and pinned host keys in this folder: by the system's ssh, or where the PATH has none by the library. `clock` is the
 * machine's own even on a devnet: sockets know no other time. `machine` is `process`.
 */
export const openShell = (means: { folder: string; files: PrivateFiles; clock: Clock; machine: Machine }): Shell => ({
  probe: (endpoint, timeoutMs) => probe(endpoint, timeoutMs, means.clock),
  publicKey: (account) => publicKeyOf(means.folder, account, means.files),
  async exec(request) {
    checkRequest(request);
    await publicKeyOf(means.folder, request.account, means.files);
    means.files.create(join(means.folder, knownHostsFile(request.vm)), '');
    const program = findProgram('ssh', means.machine.env.PATH ?? '');
    return program === null ? execByLibrary(request, means) : execBySystemSsh(program, request, means);
  },
});
