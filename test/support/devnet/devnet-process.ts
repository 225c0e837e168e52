import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DevnetEvm } from '../../../src/devnet/evm/devnet-evm.ts';
import type { Token } from '../../../src/domain/topup/token.ts';
import type { Ended } from '../aleph-process.ts';
import { type Home, homeAt, type LineOptions } from '../home.ts';
import { writeKey } from '../write-key.ts';
import { serveDevnet } from './served-devnet.ts';

/** What the devnet bills one INSTANCE: times in ms of its clock. */
export interface Bill {
  hash: string;
  owner: string;
  processedAt: number;
  endedAt: number | null;
  creditsPerSecond: string;
  billedCredits: string;
}

export interface DevnetOptions {
  nodes?: number;
  seed?: number;
  /** `exec`: its guests run commands on this machine. */
  guests?: 'banner' | 'exec';
  /** URL of the anvil node on which its credits are sold. */
  evm?: string;
  /** Its time goes on by itself, this many times as fast as ours. Otherwise it waits for those who live by it. */
  clockRate?: number;
  /** Where it keeps its state, as `--state` has it. */
  stateFolder?: string;
  /** PATH of its process, and so of guests that run commands. */
  path?: string;
}

/** A home with a key and credits of its own on a devnet, whose lines are in JSON mode. */
export interface AlephHome extends Home {
  address: string;
  privateKey: string;
}

/** What a home has whether or not the program runs in processes of its own there. */
export interface AnyHome extends Pick<AlephHome, 'folder' | 'address' | 'privateKey' | 'ledger'> {
  run(line: string, options?: Pick<LineOptions, 'env'>): Promise<Ended>;
}

/** What a devnet has whether or not it is a process of its own. */
export type AnyDevnet = Omit<DevnetProcess, 'home' | 'homeOf' | 'control' | 'fund'> & {
  home(usd: string): Promise<AnyHome>;
  homeOf(other: AnyHome): Promise<AnyHome>;
};

/** Either kind. */
export type StartDevnet = (options?: DevnetOptions) => Promise<AnyDevnet>;

export interface DevnetProcess {
  id: string;
  control: string;
  /** Of the first CCN host. */
  ccn: string;
  bills(): Promise<Bill[]>;
  now(): Promise<number>;
  advance(ms: number): Promise<void>;
  fund(address: string, usd: string): Promise<void>;
  /** Gives tokens on its EVM chain, in smallest units, and ETH for gas. */
  giveTokens(address: string, token: Token, units: bigint): Promise<void>;
  /** Where its credits are sold. */
  sale(): Promise<DevnetEvm | null>;
  fault(words: string): Promise<void>;
  clearFaults(): Promise<void>;
  /** Posts what has accrued as expenses. */
  postExpenses(): Promise<void>;
  /** A fresh home with a hot key `agent` and this many USD. */
  home(usd: string): Promise<AlephHome>;
  /** Another home with the key of this one, and a ledger of its own. */
  homeOf(other: AnyHome): Promise<AlephHome>;
  close(): Promise<void>;
}

/** `devnet up` as a process of its own; every change goes through its control endpoint, as anybody's would. */
export const startDevnet = async ({
  nodes = 12,
  seed = 1,
  guests = 'banner',
  clockRate,
  stateFolder,
  evm,
  path,
}: DevnetOptions = {}): Promise<DevnetProcess> => {
  const base = mkdtempSync(join(tmpdir(), 'aleph-agent-process-'));
  const home = join(base, 'devnet');
  mkdirSync(home);
  const words = [
    '--guests',
    guests,
    '--nodes',
    `${nodes}`,
    ...(clockRate === undefined ? ['--clock', 'waits'] : ['--clock-rate', `${clockRate}`]),
    '--seed',
    `${seed}`,
    ...(evm === undefined ? [] : ['--evm', evm]),
    ...(stateFolder === undefined ? [] : ['--state', stateFolder]),
  ];
  const served = await serveDevnet(home, words, home, path === undefined ? {} : { PATH: path });
  const { endpoints, token } = served.data as typeof served.data & { token: string };
  const { control } = endpoints;

  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(new URL(path, control), {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };

  let homes = 0;
  const env = { ALEPH_AGENT_DEVNET: control, ALEPH_AGENT_OUTPUT: 'json' };
  /** A key is written, not made by a process: that would be a sixth of every case. */
  const homeWith = async (secret: string | null): Promise<AlephHome> => {
    homes += 1;
    const home = homeAt(join(base, `home-${homes}`), env);
    return { ...home, ...(await writeKey(home.folder, secret)) };
  };
  const newHome = async (usd: string): Promise<AlephHome> => {
    const home = await homeWith(null);
    await call('POST', '/fund', { address: home.address, usd });
    return home;
  };
  const homeOf = ({ privateKey }: AnyHome): Promise<AlephHome> => homeWith(privateKey);

  return {
    id: served.data.id,
    control,
    ccn: endpoints.ccns[0]!,
    bills: async () => (await call('GET', '/bills'))['bills'] as Bill[],
    now: async () => (await call('GET', '/time'))['now'] as number,
    advance: async (ms) => void (await call('POST', '/clock/advance', { ms })),
    fund: async (address, usd) => void (await call('POST', '/fund', { address, usd })),
    giveTokens: async (address, token, units) => void (await call('POST', '/tokens', { address, token, units: String(units) })),
    sale: async () => (await call('GET', '/'))['evm'] as DevnetEvm | null,
    fault: async (words) => void (await call('POST', '/fault', { words: words.split(' ') })),
    clearFaults: async () => void (await call('DELETE', '/faults')),
    postExpenses: async () => void (await call('POST', '/bill')),
    home: newHome,
    homeOf,
    async close() {
      await served.close();
      rmSync(base, { recursive: true, force: true });
    },
  };
};
