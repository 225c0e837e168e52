import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { tell } from '../../../src/adapters/reaper-timer/host-machine.ts';
import { openSafeService } from '../../../src/adapters/safe-service/open-safe-service.ts';
import type { SafeService, ServiceOrder } from '../../../src/ports/host/safe-service.ts';
import type { machinePrograms } from './machine-programs.ts';

type Programs = ReturnType<typeof machinePrograms>;

interface Other {
  platform?: string;
  uid?: number;
  env?: Record<string, string>;
  execPath?: string;
}

const node = '/opt/node/bin/node';
const program = '/opt/aleph-agent/bin/aleph-agent.js';

/** Services of a machine whose programs these are, as root sees them. */
export const serviceAt = (programs: Programs, { platform = 'linux', uid = 0, env = {}, execPath = node }: Other = {}): SafeService => {
  const machine = { env: { ...programs.env, ...env }, platform, execPath, getuid: () => uid };
  return openSafeService({ machine: { ...machine, tell: (...told) => tell(machine, ...told) }, program, folders: programs.folders });
};

const src = resolve(import.meta.dirname, '../../../src/adapters');

/** A process that installs or takes out a service; it may be killed meanwhile. Resolves with the signal that ended it, null for none. */
export const serviceProcess = async (programs: Programs, platform: string) => {
  const outfile = join(programs.root, 'service.mjs');
  const contents = `
    import { tell } from '${src}/reaper-timer/host-machine.ts';
    import { openSafeService } from '${src}/safe-service/open-safe-service.ts';
    const { env, folders, platform, order } = JSON.parse(process.argv[2]);
    const machine = { env, platform, execPath: '${node}', getuid: () => 0 };
    const service = openSafeService({ machine: { ...machine, tell: (...told) => tell(machine, ...told) }, program: '${program}', folders });
    await (order === null ? service.uninstall() : service.install(order));`;
  await build({ stdin: { contents, resolveDir: src }, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  return (order: ServiceOrder | null): Promise<NodeJS.Signals | null> =>
    new Promise((done, fail) => {
      const { env, folders } = programs;
      execFile(process.execPath, [outfile, JSON.stringify({ env, folders, platform, order })], (error, _, stderr) =>
        error === null || error.signal ? done(error?.signal ?? null) : fail(new Error(stderr)),
      );
    });
};
