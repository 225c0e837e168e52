import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openControl } from '../../adapters/devnet-host/open-control.ts';
import { Failure } from '../../domain/failure/failure.ts';
import type { GroundHome, OsUser, ProvingGrounds } from '../../ports/host/proving-ground.ts';
import { groundHome } from './ground-home.ts';
import { folderPrefix, sweepFolders } from './left-folders.ts';
import { type Machine, osUsers } from './os-users.ts';
import { childEnvironment, firstDocument, type Manner, startProgram } from './own-program.ts';
import { tellSafe } from './tell-safe.ts';

interface Served {
  endpoints: { control: string };
  token: string;
}

/** Grounds of real processes of this very program, in one temporary folder. */
export const openProvingGrounds = (
  machine: Machine & Pick<NodeJS.Process, 'on' | 'once' | 'off' | 'kill'>,
  program: string,
): ProvingGrounds => {
  sweepFolders();
  const base = realpathSync(mkdtempSync(join(tmpdir(), `${folderPrefix}${machine.pid}-`)));
  // other users come through, and find homes that are closed to them
  chmodSync(base, 0o711);
  const alive = new Set<ChildProcess>();
  const users = osUsers(machine, program);
  let grounds = 0;
  let closed = false;

  const clear = (): string[] => {
    const left = users.remove();
    rmSync(base, { recursive: true, force: true, maxRetries: 3 });
    return left;
  };
  /** The process ends at once, by a second Ctrl-C: nothing is waited for. */
  const leave = (): void => {
    for (const child of alive) child.kill('SIGKILL');
    clear();
  };
  machine.once('exit', leave);
  /** A terminal that is closed ends it in order; of another command nohup may have said that it goes on. */
  const hangUp = (): void => void machine.kill(machine.pid, 'SIGTERM');
  machine.on('SIGHUP', hangUp);

  const start = (args: readonly string[], manner: Manner): ChildProcess => {
    if (closed) throw new Failure('INTERRUPTED', 'The trials are over.');
    const child = startProgram({ execPath: machine.execPath, program }, args, manner);
    alive.add(child);
    child.on('close', () => alive.delete(child));
    return child;
  };

  const open: ProvingGrounds['open'] = async ({ nodes, seed, guests }) => {
    grounds += 1;
    const folder = join(base, String(grounds));
    mkdirSync(folder, { mode: 0o711 });
    const quiet = { ...childEnvironment(machine.env, join(folder, 'devnet')), ALEPH_AGENT_OUTPUT: 'json' };
    const words = ['devnet', 'up', '--guests', guests, '--nodes', String(nodes), '--seed', String(seed), '--clock', 'waits'];
    // what its VMs have on disk goes with the folder
    const served = start(words, { env: { ...quiet, TMPDIR: folder }, cwd: folder });
    const ended = new Promise<void>((resolve) => served.on('close', () => resolve()));
    const { endpoints, token } = (await firstDocument<Served>(served)).data;
    const control = openControl(endpoints.control, token, fetch);
    const devnet = async () => ({ networkId: (await control.document()).id, now: (await control.time()).now });
    let homes = 0;
    const placed = (name: string, more: Record<string, string>, user: OsUser | undefined) => {
      const home = join(folder, name);
      // compiled code that another user kept is none that this one runs
      const apart = user === undefined ? { XDG_CACHE_HOME: machine.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache') } : {};
      const own = user === undefined ? {} : { HOME: `${home}.work`, ALEPH_AGENT_COMPILED: '' };
      const env = { ...quiet, ...apart, ...own, ...more, ALEPH_AGENT_HOME: home };
      return { folder: home, env, user, start, devnet };
    };
    return {
      control: endpoints.control,
      async home(usd, user): Promise<GroundHome> {
        homes += 1;
        const place = placed(`h${homes}`, { ALEPH_AGENT_DEVNET: endpoints.control }, user);
        const made = await groundHome(place, '').agreed('keys create agent --unencrypted');
        const address = String(made.data['address']);
        await control.fund(address, usd);
        return groundHome(place, address);
      },
      bareHome: (name, user) => groundHome(placed(name, { ALEPH_AGENT_NETWORK: '' }, user), ''),
      bills: async (address) => (await control.bills()).filter(({ owner }) => owner.toLowerCase() === address.toLowerCase()),
      advance: async (ms) => void (await control.advance(ms)),
      fault: async (line) => void (await control.fault(line.split(' '))),
      clearFaults: () => control.clearFaults(),
      async close() {
        served.kill('SIGTERM');
        await ended;
      },
    };
  };

  return {
    open,
    osUsers: users.make,
    asUser: users.asUser,
    tellSafe,
    async close() {
      closed = true;
      const gone = [...alive].map((child) => new Promise<void>((resolve) => child.once('close', () => resolve())));
      for (const child of alive) child.kill('SIGKILL');
      await Promise.all(gone);
      machine.off('exit', leave);
      machine.off('SIGHUP', hangUp);
      return clear();
    },
  };
};
