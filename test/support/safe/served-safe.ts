import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SafeAddress } from '../../../src/domain/agents/invitation.ts';
import type { Document } from '../aleph-process.ts';
import { agreed } from '../crash/crash-case.ts';
import type { AlephHome } from '../devnet/devnet-process.ts';
import { type Home, homeAt } from '../home.ts';

export interface ServedSafe {
  /** Of its process. */
  pid: number;
  socket: string;
  /** Its door by TLS; null where it has none. */
  tls: SafeAddress | null;
  /** Lets an agent in, as a person does, and joins it in a home of its own, which knows neither network nor devnet. */
  agent(name: string, slice?: string): Promise<Home>;
  /** The same without joining: the invitation. */
  invite(name: string, slice?: string): Promise<string>;
  /** Resolves once its process has ended. */
  gone: Promise<unknown>;
  /** Ends the safe as its owner does. */
  close(): Promise<void>;
  /** Ends it as a power cut does, and resolves once it is gone. */
  kill(): Promise<void>;
}

interface Serving {
  env?: Readonly<Record<string, string>>;
  /** Beside `--socket`. */
  flags?: string;
  /** Where an earlier safe of this home was; else a place of its own. */
  socket?: string;
}

/** `serve` as a process of its own over this home. */
export const serveSafe = async (owner: AlephHome, { env = {}, flags = '', socket: earlier }: Serving = {}): Promise<ServedSafe> => {
  // the path of a socket has little room
  const base = earlier === undefined ? mkdtempSync(join(tmpdir(), 'safe-')) : dirname(dirname(earlier));
  const socket = join(base, 'run', 'agents.sock');
  const { child, ended } = owner.start(`serve --socket ${socket} ${flags}`, { env });
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout!.once('data', resolve);
    void ended.then(({ stdout, stderr }) => reject(new Error(`serve ended: ${stdout}${stderr}`)), reject);
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  const invite = async (name: string, slice = '--budget 1'): Promise<string> => {
    const added = await agreed(owner, `agents add ${name} ${slice}`);
    if (added.exit !== 0) throw new Error(`agents add: ${added.stdout}${added.stderr}`);
    return added.document().data.invitation as string;
  };
  return {
    pid: child.pid!,
    socket,
    tls: (JSON.parse(said) as Document).data.tls,
    invite,
    async agent(name, slice) {
      const { ALEPH_AGENT_DEVNET: _, ...rest } = owner.env;
      const home = homeAt(join(base, name), { ...rest, ALEPH_AGENT_NETWORK: '' });
      await home.must('join -', { stdin: await invite(name, slice) });
      return home;
    },
    gone: ended,
    kill: () => end('SIGKILL'),
    close: async () => {
      await end('SIGTERM');
      rmSync(base, { recursive: true, force: true });
    },
  };
};
