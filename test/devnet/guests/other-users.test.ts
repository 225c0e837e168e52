import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ethers } from 'ethers';
import { afterEach, describe, expect, it } from 'vitest';
import { createDevnet, type Devnet, type DevnetOptions } from '../../../src/devnet/create-devnet.ts';
import { readSaved } from '../../../src/devnet/devnet-saved.ts';
import { createWorld, g1, startAt } from '../crn/crn-world.ts';

const isRoot = process.getuid?.() === 0;
const open: Devnet[] = [];

afterEach(async () => {
  for (const devnet of open.splice(0)) await devnet.close();
});

const devnetWith = (more: Partial<DevnetOptions>): Devnet => {
  const devnet = createDevnet({ seed: 1, nodes: 3, at: startAt, guests: 'exec', ...more });
  open.push(devnet);
  return devnet;
};

/** What anybody makes of the seed and the source. */
const computed = (seed: number, name: string): string =>
  ethers.utils.computeAddress(`0x${createHash('sha256').update(`aleph-agent devnet ${seed} ${name}`).digest('hex')}`);
const names = [...Array.from({ length: 10 }, (_, index) => `account ${index}`), 'operator'];
const addresses = ({ accounts }: Devnet): string[] => accounts.map(({ address }) => address);
const creditsOf = async (devnet: Devnet, address: string): Promise<number> => {
  const answer = await devnet.fetch(`${devnet.origins.ccnA}/api/v0/addresses/${address}/balance`);
  return answer.status === 404 ? 0 : ((await answer.json()) as { credit_balance: number }).credit_balance;
};

describe('S-01: a devnet whose VMs run commands on this machine', () => {
  it('has no key that somebody else can compute, and nobody else’s has credits', async () => {
    const [one, two] = [devnetWith({}), devnetWith({})];
    const guessed = names.map((name) => computed(1, name));
    expect(new Set([...addresses(one), ...addresses(two), ...guessed]).size).toBe(31);
    for (const address of guessed) expect(await creditsOf(one, address), address).toBe(0);
    expect(await creditsOf(one, addresses(one)[0]!)).toBe(10_000_000);
  });

  it('keeps its keys with its state, and takes none over from a devnet whose keys everybody knows', () => {
    const kept = (devnet: Devnet) => JSON.stringify(devnet.save());
    const [one, known] = [devnetWith({}), devnetWith({ guests: 'none' })];
    const its = { seed: 1, nodes: 3, secret: true };
    expect(readSaved(kept(known), its)).toBeNull();
    expect(readSaved(kept(known), { ...its, secret: false })).not.toBeNull();
    for (const guests of ['exec', 'none'] as const) {
      expect(addresses(devnetWith({ guests, saved: readSaved(kept(one), its)! }))).toEqual(addresses(one));
    }
  });

  it('is the only kind with secret keys: without commands the seed fixes them', () => {
    expect(addresses(devnetWith({ guests: 'none' }))).toEqual(names.slice(0, 10).map((name) => computed(1, name)));
  });

  it.runIf(isRoot && process.platform === 'linux')('lets no other user of the machine speak to its SSH (needs root)', async () => {
    const devnet = devnetWith({});
    const world = createWorld(devnet);
    const hash = await world.instance(g1);
    await world.notify(g1, hash);
    await devnet.clock.advance(600_000);
    const port = Object.values(devnet.crns[g1]!.state.ports[hash] ?? {})[0]!.host;
    const greeting = async (uid: number): Promise<string> => {
      const script = `require('net').connect(${port}, '127.0.0.1').on('data', (data) => { console.log(String(data).trim()); process.exit(); }).on('error', (error) => console.log(error.code));`;
      const child = spawn(process.execPath, ['-e', script], { uid, cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      for await (const chunk of child.stdout) text += chunk;
      return text.trim();
    };
    expect(await greeting(0)).toMatch(/^SSH-2\.0/);
    expect(await greeting(12_345)).toBe('ECONNRESET');
  });
});
