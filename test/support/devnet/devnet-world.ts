import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wordsOf } from '../binary.ts';
import { type Home, homeAt, patient } from '../home.ts';
import { type ServedDevnet, serveDevnet } from './served-devnet.ts';

export interface DevnetWorld extends Home {
  devnet: ServedDevnet;
  /** The devnet's time. */
  now(): Promise<number>;
  /** Another home that uses the same devnet and may not change it. */
  another(): Home;
  close(): Promise<void>;
}

/** A devnet served by the binary, in a fresh home that may change it by commands. */
export const devnetWorld = async (up = '--nodes 12 --seed 7 --guests exec --clock waits'): Promise<DevnetWorld> => {
  const root = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
  const own = homeAt(join(root, 'h0'), patient);
  const devnet = await serveDevnet(own.folder, wordsOf(up), own.cwd);
  const { control } = devnet.data.endpoints;
  let homes = 0;
  return {
    ...own,
    devnet,
    now: async () => ((await (await fetch(new URL('/time', control))).json()) as { now: number }).now,
    another: () => homeAt(join(root, `h${++homes}`), { ...patient, ALEPH_AGENT_DEVNET: control }),
    close: async () => {
      await devnet.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
};
