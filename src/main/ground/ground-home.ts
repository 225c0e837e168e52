import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import type { GroundHome, OsUser, Ran, RunOptions } from '../../ports/host/proving-ground.ts';
import { appoint, dismiss, edit, grant, recordOf } from './ledger-by-hand.ts';
import { firstDocument, type Manner } from './own-program.ts';
import { heed } from './run-program.ts';

export interface Place {
  folder: string;
  env: Readonly<Record<string, string>>;
  user: OsUser | undefined;
  /** The network that the home is on, and its time. */
  devnet(): Promise<{ networkId: string; now: number }>;
  start(args: readonly string[], manner: Manner): ChildProcess;
}

const mostTries = 4;

const isMissing = (thrown: unknown): boolean => (thrown as { code?: string }).code === 'ENOENT';

const filesBelow = (folder: string): string[] => {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort();
  } catch (thrown) {
    if (isMissing(thrown)) return [];
    throw thrown;
  }
};

const refused = (line: string, { said }: Ran): Failure =>
  new Failure('INTERNAL', `aleph-agent ${line} did not do what the trial needs: ${said.trim().slice(0, 400)}`);

/** A home in a folder of its own, with the folder beside it in which its lines are typed. */
export const groundHome = (place: Place, address: string): GroundHome => {
  const { folder, env, user, start } = place;
  const work = `${folder}.work`;
  const ledger = join(folder, 'ledger.sqlite');
  for (const each of [folder, work]) {
    mkdirSync(each, { recursive: true });
    if (user === undefined) continue;
    chownSync(each, user.uid, user.gid);
    chmodSync(each, 0o700);
  }
  const own = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const begin = (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    start(words, { env: { ...env, ...more }, cwd: work, ...own });
  const run: GroundHome['run'] = (line, options = {}) => heed(begin(line.split(' '), options.env), options);
  const persist = async (line: string, options?: RunOptions, tries = mostTries): Promise<Ran> => {
    const ran = await run(line, options);
    const again = ran.sideEffects === 'none' && ran.code !== 'APPROVAL_NEEDED' && tries > 1;
    return again ? persist(line, options, tries - 1) : ran;
  };
  const granted = async (line: string): Promise<string> => {
    const asked = await persist(line);
    if (asked.code !== 'APPROVAL_NEEDED') throw refused(line, asked);
    const id = String(asked.facts['approval']);
    grant(ledger, id);
    return id;
  };
  return {
    folder,
    address,
    run,
    persist: (line, options) => persist(line, options),
    granted,
    async agreed(line) {
      const asked = await persist(line);
      if (asked.code === 'APPROVAL_NEEDED') grant(ledger, String(asked.facts['approval']));
      const done = asked.code === 'APPROVAL_NEEDED' ? await persist(line) : asked;
      if (done.code !== 'ok') throw refused(line, done);
      return done;
    },
    record: () => recordOf(ledger),
    edit: (...statements) => edit(ledger, statements),
    appoint: async (approver, sign) => appoint(ledger, { account: address, approver, sign, ...(await place.devnet()) }),
    dismissApprover: () => dismiss(ledger, address),
    copy() {
      let count = 1;
      const taken = new Set(readdirSync(dirname(folder)));
      while (taken.has(`${folder.slice(dirname(folder).length + 1)}-${count}`)) count += 1;
      const copied = `${folder}-${count}`;
      cpSync(folder, copied, { recursive: true });
      return groundHome({ ...place, folder: copied, env: { ...env, ALEPH_AGENT_HOME: copied } }, address);
    },
    lose: (path) => rmSync(join(folder, path), { recursive: true, force: true }),
    put(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, path), text, { mode: 0o600 });
      if (user !== undefined) for (const each of [path, dirname(path)]) chownSync(join(folder, each), user.uid, user.gid);
    },
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    files: () => filesBelow(folder),
    async serve() {
      // a folder that is the safe's own, inside one in which it may make it; the path of a socket has little room
      const run = `${folder}.run`;
      mkdirSync(run, { recursive: true, mode: 0o711 });
      if (user !== undefined) chownSync(run, user.uid, user.gid);
      const child = begin(['serve', '--no-dashboard', '--socket', `${run}/s/a.sock`]);
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      const { data } = await firstDocument<{ socket: { url: string } }>(child);
      return {
        pid: child.pid ?? 0,
        socket: data.socket.url.replace(/^unix:/, ''),
        async close() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
  };
};
