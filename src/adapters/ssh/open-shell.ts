import { join } from 'node:path';
import type { Clock } from '../../ports/clock.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Shell } from '../../ports/shell.ts';
import { execFailure } from './exec-failure.ts';
import { checkCommand, checkTarget } from './exec-request.ts';
import { findProgram } from './find-program.ts';
import { confirmHostKeys, hostKeyTrust } from './host-key-trust.ts';
import { interactBySystemSsh } from './interactive-ssh.ts';
import { publicKeyOf } from './key-pair.ts';
import { execByLibrary } from './library-ssh.ts';
import type { Machine } from './machine.ts';
import { meetHost } from './meet-host.ts';
import { knownHostsFile, pinsOf } from './pinned-host.ts';
import { probe } from './probe.ts';
import { execBySystemSsh } from './system-ssh.ts';

interface Means {
  folder: string;
  files: PrivateFiles;
  clock: Clock;
  machine: Machine;
}

/** Makes key and pin file where they are not yet; the system's ssh, or null where the PATH has none. */
const prepare = async ({ vm, account }: { vm: string; account: string }, { folder, files, machine }: Means): Promise<string | null> => {
  await publicKeyOf(folder, account, files);
  files.create(join(folder, knownHostsFile(vm)), '');
  return findProgram('ssh', machine.env.PATH ?? '');
};

/**
 * SSH with keys and pinned host keys in this folder: by the system's ssh, or where the PATH has none by the library. `clock` is the
 * machine's own even on a devnet: sockets know no other time. `machine` is `process`.
 */
export const openShell = (means: Means): Shell => ({
  probe: (endpoint, timeoutMs) => probe(endpoint, timeoutMs, means.clock),
  publicKey: (account) => publicKeyOf(means.folder, account, means.files),
  async exec(request) {
    checkTarget(request);
    checkCommand(request);
    const program = await prepare(request, means);
    return program === null ? execByLibrary(request, means) : execBySystemSsh(program, request, means);
  },
  async interact(request) {
    checkTarget(request);
    const program = await prepare(request, means);
    if (program === null) throw execFailure(request, 'missing');
    return interactBySystemSsh(program, request, means);
  },
  hostKeyTrust: async (vm) => hostKeyTrust(means.folder, vm, means.files),
  pinnedKeys: async (vm) => pinsOf(means.folder, vm, means.files).map(({ type, key }) => ({ type, key })),
  confirmHostKeys: async (vm, shown) => confirmHostKeys(means.folder, vm, shown, means.files),
  meet: (vm, endpoint, timeoutMs) => meetHost(vm, endpoint, timeoutMs, means),
  forgetHostKeys: async (vm) => means.files.remove(join(means.folder, knownHostsFile(vm))),
});
