import { join } from 'node:path';
import { Failure } from '../../domain/failure/failure.ts';
import { agent } from '../../domain/suggest/fix.ts';
import type { DevnetDocument, DevnetOrder, Devnets, RunningDevnet } from '../../ports/host/devnets.ts';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import { openControl } from './open-control.ts';

/** The simulator itself, which main fills in: it is on this floor too, and nothing here imports it. */
export interface Served {
  document: DevnetDocument;
  run(rate: number): void;
  wait(): void;
  save(): unknown;
  close(): Promise<void>;
}

export type Serve = (
  order: DevnetOrder & { at: number; saved: string | null; guestFolder: string | null; onDown: () => void },
) => Promise<Served>;

interface Home {
  /** Where a running devnet is noted, and what is noted there; `CONFIG_INVALID` where that is damaged. */
  note: { path: string; read(): { endpoints: { control: string }; token: string } | null };
  files: PrivateFiles;
  pid: number;
  now(): number;
  fetch: typeof globalThis.fetch;
  serve: Serve;
  /** Where control is when it is not noted in this home (`ALEPH_AGENT_DEVNET`). */
  elsewhere(): string | null;
}

/** Devnets of this home: one at a time, noted in a 0600 file with its token while it runs. */
export const openDevnets = (home: Home): Devnets => ({
  async serve(order) {
    const noted = home.note.read();
    if (noted !== null && (await answers(noted.endpoints.control, home.fetch))) {
      throw new Failure('DEVNET_RUNNING', `A devnet runs in this home already, at ${noted.endpoints.control}.`, {
        fix: agent('Use that one, or end it.', 'devnet status'),
      });
    }
    const state = order.stateFolder === null ? null : join(order.stateFolder, 'devnet.json');
    const saved = state === null ? null : readText(home, state);
    let goDown: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      goDown = resolve;
    });
    const guestFolder = order.stateFolder === null ? null : join(order.stateFolder, 'guests');
    const served = await home.serve({ ...order, at: order.at ?? home.now(), saved, guestFolder, onDown: goDown });
    if (order.clock === 'waits') served.wait();
    else served.run(order.clockRate);
    home.files.replace(
      home.note.path,
      JSON.stringify({ endpoints: served.document.endpoints, token: served.document.token, pid: home.pid }),
    );
    const running: RunningDevnet = {
      document: served.document,
      ended,
      async close() {
        if (state !== null) home.files.replace(state, JSON.stringify(served.save()));
        home.files.remove(home.note.path);
        await served.close();
      },
    };
    return running;
  },
  async control() {
    const noted = home.note.read();
    const url = home.elsewhere() ?? noted?.endpoints.control;
    if (url === undefined) {
      throw new Failure('DEVNET_NOT_RUNNING', 'No devnet runs in this home.', {
        fix: agent('Start one.', 'devnet up'),
      });
    }
    return openControl(url, noted !== null && noted.endpoints.control === url ? noted.token : null, home.fetch);
  },
});

const readText = (home: Home, path: string): string | null => {
  const found = home.files.read(path);
  return found === null ? null : new TextDecoder().decode(found.bytes);
};

const answers = (control: string, fetch: typeof globalThis.fetch): Promise<boolean> =>
  openControl(control, null, fetch)
    .time()
    .then(
      () => true,
      () => false,
    );
