import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { serveDevnet } from '../test/support/devnet/served-devnet.ts';
import { control } from './bench/control.ts';
import { npmSdk } from './sdks/npm-sdk.ts';
import { pythonClients } from './sdks/python-clients.ts';
import { rustClient } from './sdks/rust-client.ts';
import type { Outcome, Stage } from './sdks/stage.ts';

/**
 * `npm run test:sdks [npm|python|rust]…`: installs Aleph's own clients into a temporary folder, runs their usual flows against a devnet whose
 * clock is the machine's, and prints what came of each. A client that cannot be had here is skipped, which is said.
 */
const stages: readonly Stage[] = [npmSdk, pythonClients, rustClient];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) throw new Error(`No such client: ${unknown.join(', ')}; there are ${stages.map(({ name }) => name).join(', ')}.`);
const chosen = stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const shown = ({ client, flow, ok, why }: Outcome): string =>
  `| ${flow} | ${client} | ${ok === null ? 'skipped' : ok ? 'ok' : 'FAILED'} | ${(why ?? '').replaceAll(/[|\n]/g, ' ')} |`;

const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-sdks-'));
const served = join(folder, 'devnet');
mkdirSync(served);
const devnet = await serveDevnet(served, ['--nodes', '6', '--seed', '4']);
const outcomes: Outcome[] = [];
try {
  print('| flow | client | result | why |');
  print('| --- | --- | --- | --- |');
  const run = async (stage: Stage): Promise<void> => {
    const wallet = Wallet.createRandom();
    await control(devnet, '/fund', { address: wallet.address, usd: '20' });
    const home = join(folder, stage.name);
    mkdirSync(home);
    const seen = await stage.run({ folder: home, devnet, wallet });
    outcomes.push(...seen);
    for (const outcome of seen) print(shown(outcome));
  };
  await Promise.all(chosen.map(run));
} finally {
  await devnet.close();
  rmSync(folder, { recursive: true, force: true });
}
const failed = outcomes.filter(({ ok }) => ok === false);
print(`${outcomes.filter(({ ok }) => ok === true).length} of ${outcomes.length} hold; ${failed.length} failed.`);
// a run that tried nothing proves nothing
process.exit(failed.length === 0 && outcomes.some(({ ok }) => ok === true) ? 0 : 1);
