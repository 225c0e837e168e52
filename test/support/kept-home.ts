import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { openLedger } from '../../src/adapters/ledger/open-ledger.ts';
import { openShell } from '../../src/adapters/ssh/open-shell.ts';
import { createDevnet } from '../../src/devnet/create-devnet.ts';
import { readSaved } from '../../src/devnet/devnet-saved.ts';
import { parseFault } from '../../src/devnet/http/parse-fault.ts';
import type { DevnetOrigins } from '../../src/devnet/world/devnet-origins.ts';
import { keystoreAt } from './keystore-at.ts';
import { temporaryHome } from './temporary-home.ts';
import { type TestContext, testContext } from './test-context.ts';

/** What that version answered, all at one instant of its devnet. */
export interface Said {
  at: string;
  account: string;
  devnet: { seed: number; nodes: number; origins: DevnetOrigins };
  /** Ids of approvals, by what became of them, with the call that asked. */
  approvals: Record<string, { id: string; command: string; input: Record<string, unknown> }>;
  answers: { command: string; input: Record<string, unknown>; data: object }[];
}

export interface KeptHome {
  /** A copy, with the modes that the program gives. */
  folder: string;
  passphrase: string;
  said: Said;
  /** `ledger export` of that version. */
  trail: string;
  /** The present program over it, called for that task, while its devnet goes on from where it stood. */
  open(task?: string): Promise<TestContext>;
}

const asPrivate = (folder: string): void => {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) asPrivate(path);
    else chmodSync(path, 0o600);
  }
};

/** A home that an earlier version left in test/fixtures, copied, gone with the test. */
export const keptHome = (version: string): KeptHome => {
  const fixture = resolve(import.meta.dirname, `../fixtures/home-${version}`);
  const folder = join(temporaryHome(), 'home');
  cpSync(join(fixture, 'home'), folder, { recursive: true });
  asPrivate(folder);
  const said = JSON.parse(readFileSync(join(fixture, 'said.json'), 'utf8')) as Said;
  const passphrase = readFileSync(join(fixture, 'passphrase.txt'), 'utf8').trimEnd();
  const open = async (task?: string): Promise<TestContext> => {
    const { seed, nodes, origins } = said.devnet;
    const at = Date.parse(said.at);
    const saved = readSaved(gunzipSync(readFileSync(join(fixture, 'devnet.json.gz'))).toString(), { seed, nodes, secret: false })!;
    const devnet = createDevnet({ seed, nodes, at, origins, saved, guests: 'none' });
    const { keys, settings, folders, files } = keystoreAt(folder, { passphrase });
    const ledger = openLedger({ path: folders.ledger, now: devnet.clock.now });
    onTestFinished(async () => {
      await devnet.close();
      ledger.close();
    });
    const t = await testContext({
      task: task ?? null,
      world: {
        devnet,
        account: said.account,
        ledger,
        keysOf: () => keys,
        settings,
        folders,
        run: (work) => devnet.clock.drive(work),
        fault: (...lines) => {
          const added = lines.map((line) => devnet.faults.add(typeof line === 'string' ? parseFault(line.split(' ')) : line));
          return () => added.forEach(({ id }) => void devnet.faults.remove(id));
        },
        close: () => devnet.close(),
      },
    });
    // what it had pinned is told from its own files
    const { hostKeyTrust } = openShell({ folder: folders.ssh, files, clock: t.context.clock, machine: process });
    return { ...t, context: { ...t.context, shell: { ...t.context.shell, hostKeyTrust } } };
  };
  return { folder, passphrase, said, trail: readFileSync(join(fixture, 'trail.ndjson'), 'utf8'), open };
};
