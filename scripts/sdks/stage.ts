import { spawn } from 'node:child_process';
import type { Wallet } from 'ethers';
import type { ServedDevnet } from '../../test/support/devnet/served-devnet.ts';

export interface Outcome {
  client: string;
  flow: string;
  /** null: not tried, for the reason in `why`. */
  ok: boolean | null;
  why: string | null;
}

/** Where a client runs: a folder of its own, the devnet, and an account with credits. */
export interface Place {
  folder: string;
  devnet: ServedDevnet;
  wallet: Pick<Wallet, 'address' | 'privateKey'>;
}

/** One official client: installs itself into the place's folder, and says what came of each flow. */
export interface Stage {
  name: 'npm' | 'python' | 'rust';
  run(place: Place): Promise<Outcome[]>;
}

export interface Ran {
  exit: number;
  stdout: string;
  stderr: string;
}

const limitMs = 400_000;

/** Runs a program to its end, or ends it after some minutes. A program that is not there ends with exit 127. */
export const ran = (program: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> =>
  new Promise((settle) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitMs,
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (thrown) => settle({ exit: 127, stdout, stderr: String(thrown) }));
    child.on('close', (exit) => settle({ exit: exit ?? -1, stdout, stderr }));
  });

/** What a program of flows needs to know. The node is of the generation of today's network. */
export const environmentOf = ({ folder, devnet: { data }, wallet }: Place): Record<string, string> => {
  const { endpoints, crns } = data as unknown as {
    endpoints: { ccn: string; crnsList: string; scheduler: string };
    crns: { hash: string; address: string; generation: string }[];
  };
  const node = crns.find(({ generation }) => generation === 'G2');
  if (node === undefined) throw new Error('The devnet has no node of today’s generation.');
  return {
    ALEPH_API_HOST: endpoints.ccn,
    ALEPH_CRN_LIST_URL: endpoints.crnsList,
    ALEPH_CONFIG_HOME: folder,
    DEVNET_KEY: wallet.privateKey,
    DEVNET_NODE: node.hash,
    DEVNET_NODE_URL: node.address,
    DEVNET_SCHEDULER: endpoints.scheduler,
    DEVNET_FOLDER: folder,
  };
};

/** What a program of flows printed, as outcomes; one more where it did not end well. */
export const outcomesOf = (client: string, { exit, stdout, stderr }: Ran): Outcome[] => {
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  const told = lines.map((line) => ({ client, ...(JSON.parse(line) as Omit<Outcome, 'client'>) }));
  return exit === 0 && told.length > 0
    ? told
    : [...told, { client, flow: 'the run', ok: false, why: `exit ${exit}: ${stderr.slice(-300)}` }];
};

export const skipped = (client: string, why: string): Outcome[] => [{ client, flow: 'all', ok: null, why }];
