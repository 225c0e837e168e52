import { subscribe } from 'node:diagnostics_channel';
import { EventEmitter, once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolders } from '../../src/adapters/host/home.ts';
import { privateFiles } from '../../src/adapters/host/private-files.ts';
import { systemRandom } from '../../src/adapters/host/random.ts';
import { openKeystore } from '../../src/adapters/keystore/open-keystore.ts';
import { openSettings } from '../../src/adapters/settings/open-settings.ts';
import { serveDevnet } from '../../src/devnet/serve-devnet.ts';
import { createRandom } from '../../src/devnet/world/random.ts';
import { sshPair } from './ssh-pair.ts';

/**
 * The process in which a call is traced: the program itself, from main on, with a fresh home beside it, a funded key, and a devnet
 * whose clock jumps whenever everybody waits. Built with every function of src/ reporting its entries; its arguments are the command lines, as JSON,
 * of which the last one is traced. Tells its parent the numbers of the sites that were entered, in order, and the exit code.
 */
const lines = process.argv.slice(2).map((line) => JSON.parse(line) as string[]);
const traced = lines.at(-1) ?? [];

const sites: number[] = [];
let recording = false;
let evaluated = 0;
const reports = globalThis as unknown as Record<'__entered' | '__evaluating' | '__devnetSleep' | '__chance', unknown>;
reports.__entered = (site: number): void => {
  if (recording && evaluated === 0) sites.push(site);
};
reports.__evaluating = (change: 1 | -1): void => {
  evaluated += change;
};

const { devnet, document, close } = await serveDevnet({ seed: 7, nodes: 3, at: Date.parse('2026-11-20T12:00:00Z'), guests: 'exec' });
const { clock } = devnet;
// whoever waits for the devnet's time waits on its own clock, and asks it without a socket
reports.__devnetSleep = clock.wait;
reports.__chance = createRandom(7);
globalThis.fetch = devnet.fetch as typeof globalThis.fetch;
// SSH takes real time, in which the clock must not run away
const holdUntil = (source: EventEmitter, end: string): void => clock.hold(once(source, end));
subscribe('net.client.socket', (message) => holdUntil((message as { socket: EventEmitter }).socket, 'close'));
subscribe('child_process', (message) => holdUntil((message as { process: EventEmitter }).process, 'exit'));

Object.assign(process.env, {
  ALEPH_AGENT_HOME: join(import.meta.dirname, 'home'),
  ALEPH_AGENT_NETWORK: 'devnet',
  ALEPH_AGENT_DEVNET: document.endpoints.control,
  ALEPH_AGENT_TIMEOUT: '30m',
});
const folders = homeFolders(process.env);
const files = privateFiles();
const keys = openKeystore({
  folder: folders.keys,
  files,
  settings: openSettings({ file: folders.settings, files, ignored: false }),
  clock,
  random: systemRandom(),
  passphrase: async () => {
    throw new Error('the key has no passphrase');
  },
  account: null,
});
const secret = Buffer.from(document.accounts[0]?.privateKey ?? '');
const { address } = await keys.import({ name: 'agent', network: 'devnet', secret, passphrase: null });
files.create(join(folders.ssh, address.toLowerCase()), sshPair(createRandom(7).bytes(32)).privateKey);

// loading takes real time, too: all parts but main, which would run
for (const part of readdirSync(import.meta.dirname))
  if (/^(?!traced|main-[A-Z0-9]).*\.mjs$/.test(part)) await import(join(import.meta.dirname, part));

const exits = new EventEmitter();
const leave = process.exit;
process.exit = ((code: number) => void exits.emit('exit', code)) as typeof process.exit;

/** One command line from its arguments to its exit, by what starts it. */
const run = async (words: readonly string[], start: () => Promise<unknown>): Promise<number> => {
  process.argv = [process.execPath, 'aleph-agent', ...words];
  const exit = once(exits, 'exit');
  const work = start().then(() => exit);
  const [code] = (await clock.drive(work)) as [number];
  return code;
};

for (const words of lines.slice(0, -1)) {
  const exit = await run(words, async () => (await import('../../src/main/cli.ts')).start());
  if (exit !== 0) throw new Error(`aleph-agent ${words.join(' ')} ended with ${exit}`);
}
const exit = await run(traced, () => {
  recording = true;
  return import('../../src/main/main.ts');
});
recording = false;
await close();
process.send?.({ exit, sites }, () => leave(0));
