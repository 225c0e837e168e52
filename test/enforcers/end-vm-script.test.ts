import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endVmScript, scriptDigest } from '../../src/domain/ending/end-vm-script.ts';
import type { Signer } from '../../src/ports/keys/keys.ts';
import type { SignedMessage } from '../../src/ports/network/messages.ts';
import { openServed } from '../conformance/open-network.ts';
import { findProgram, type ScriptMachine, type ScriptRun, scriptMachine } from '../support/carried-script.ts';

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';
const sshKey = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, 9)]).toString('base64')}`;
const minute = 60_000;

let world: Awaited<ReturnType<typeof openServed>>;
beforeAll(async () => {
  world = await openServed();
  // so that every look of a script falls into the same minute
  world.devnet.clock.run(5);
});
afterAll(() => world.close());

interface Life {
  vm: string;
  signer: Signer;
  forgets: SignedMessage[];
  expiresAt: number;
  machine: ScriptMachine;
  /** Writes the script; gives its path. */
  write(patch?: Partial<Parameters<typeof endVmScript>[0]>): string;
  /** Writes it down that this machine is the one that it was armed on. */
  arm(script: string): Promise<void>;
  status(): string | null;
}

const machines: ScriptMachine[] = [];
afterEach(() => {
  for (const machine of machines.splice(0)) machine.close();
});

let account = 0;

const life = async (fetcher: Parameters<typeof scriptMachine>[1] = 'curl', ttlMs = 10 * minute): Promise<Life> => {
  const { cloud, devnet, signers } = world;
  const signer = signers[account++ % signers.length]!;
  const at = devnet.clock.now();
  const { spec, address } = devnet.crns[0]!;
  const expiresAt = at + ttlMs;
  const create = await cloud.signing.create(
    {
      owner: signer.address,
      label: 'box',
      spec: { vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1, image: 'debian12', imageHash: image },
      node: { hash: spec.hash, untrustedName: spec.name, url: address },
      sshKeys: [sshKey],
      expiresAt,
      at,
    },
    signer,
  );
  const forgets: SignedMessage[] = [];
  for (const part of [1, 2, 3]) {
    forgets.push(await cloud.signing.forget({ owner: signer.address, ids: [create.id], reason: 'aleph-agent', at: at + part }, signer));
  }
  expect(await cloud.messages.publish(create, { timeoutMs: minute })).toMatchObject({ status: 'processed' });
  const machine = scriptMachine(devnet.origins.control, fetcher);
  machines.push(machine);
  machine.put('etc/machine-id', '0123456789abcdef\n');
  machine.put('run/cloud-init/instance-data.json', '{"v1": {"local_hostname": "one"}}');
  const script = join(machine.folder, 'guest', 'end-vm.sh');
  mkdirSync(join(machine.folder, 'guest'));
  return {
    vm: create.id,
    signer,
    forgets,
    expiresAt,
    machine,
    write: (patch = {}) => {
      const text = endVmScript({
        vm: create.id,
        account: signer.address,
        expiresAt,
        limitAt: expiresAt + 60 * minute,
        hosts: cloud.hosts,
        forgets,
        where: 'guest',
        ...patch,
      });
      writeFileSync(script, text, { mode: 0o600 });
      return script;
    },
    arm: async (path) => writeFileSync(join(path, '..', 'machine'), (await machine.run(['sh'], path, 'identity')).output),
    status: () => devnet.chain.status(create.id),
  };
};

/** A host that passes on what another answers, but for its clock and the journals that it tells. */
const lyingHost = async (honest: string, vm: string, lie: { offSeconds: number; expires: string | null }) => {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/' } = incoming;
    const body = method === 'GET' ? {} : { body: Buffer.concat(chunks), headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${honest}${url}`, { method, ...body });
    const date = new Date(Date.parse(answer.headers.get('date')!) + lie.offSeconds * 1000).toUTCString();
    const journal = url.includes('/aggregates/');
    const told = { address: '0x', data: { 'aleph-agent': lie.expires === null ? {} : { [vm]: { expires: lie.expires } } } };
    const text = journal ? JSON.stringify(told) : await answer.text();
    outgoing.sendDate = false;
    outgoing.writeHead(journal ? 200 : answer.status, { date, 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
};

/** Two seconds after it, as the timer is set: clocks and `Date` have whole seconds. */
const until = async (time: number): Promise<void> => {
  const left = time + 2_000 - world.devnet.clock.now();
  if (left > 0) await world.advance(left);
};

const shells: readonly { name: string; shell: readonly string[]; fetcher: 'curl' | 'wget' | 'busybox' }[] = [
  { name: 'dash with curl', shell: ['dash'], fetcher: 'curl' },
  { name: 'dash with wget', shell: ['dash'], fetcher: 'wget' },
  { name: 'busybox sh with curl', shell: ['busybox', 'sh'], fetcher: 'curl' },
  { name: 'busybox sh with its own programs', shell: ['busybox', 'sh'], fetcher: 'busybox' },
];

/** Looks once a minute, as the timer does, until it says that it is done. */
const looks = async (one: Life, shell: readonly string[], script: string): Promise<ScriptRun[]> => {
  const runs: ScriptRun[] = [];
  for (let look = 0; look < 8; look++) {
    runs.push(await one.machine.run(shell, script));
    if (runs.at(-1)?.exit === 0) return runs;
    await world.advance(minute);
  }
  throw new Error(`never done: ${runs.map(({ output }) => output).join('')}`);
};

describe('the script that ends a VM', () => {
  it.for(shells)('XA-03 issue 4 §2: ends it at its expiry, and not before, under $name', async ({ shell, fetcher }, { skip }) => {
    const missing = [shell[0]!, fetcher].find((program) => findProgram(program) === null);
    skip(missing !== undefined, `this machine has no ${missing}; .ci/run installs it where it can`);
    const one = await life(fetcher);
    const script = one.write();
    await one.arm(script);
    expect(await one.machine.run(shell, script)).toMatchObject({ exit: 0, output: '' });
    expect(one.status()).toBe('processed');
    await until(one.expiresAt);
    const runs = await looks(one, shell, script);
    expect(runs.length).toBeLessThanOrEqual(2);
    expect(runs.at(-1)!.output).toContain('forgotten');
    expect(one.status()).toBe('forgotten');
    expect(one.machine.isOff()).toBe(true);
  });

  it('says what it is armed with, and its digest', async () => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    const { output } = await one.machine.run(['dash'], script, 'check');
    expect(output.split('\n')).toEqual([
      `expires=${Math.ceil(one.expiresAt / 1000)}`,
      `limit=${Math.ceil((one.expiresAt + 60 * minute) / 1000)}`,
      `digest=${scriptDigest(readFileSync(script, 'utf8'))}`,
      'machine=same',
      'timer=inactive',
      '',
    ]);
  });

  it.each([
    ['ahead', 600],
    ['behind', -600],
  ])('never fires while its clock is ten minutes %s', async (_way, seconds) => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    await until(one.expiresAt - (seconds > 0 ? 5 * minute : 0));
    one.machine.skew(seconds);
    const ran = await one.machine.run(['dash'], script);
    expect(one.status()).toBe('processed');
    // behind, its time has not come by its own clock; ahead, the hosts say otherwise, in whole seconds: one may pass between the two looks
    expect(ran).toMatchObject(seconds > 0 ? { exit: 75, output: expect.stringMatching(/ 60[01] s off/) } : { exit: 0, output: '' });
    one.machine.skew(0);
    await until(one.expiresAt);
    await looks(one, ['dash'], script);
    expect(one.status()).toBe('forgotten');
  });

  it('never fires a minute early, when its clock is a minute ahead of the hosts', async () => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    one.machine.skew(60);
    await until(one.expiresAt - 50_000);
    expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 75, output: expect.stringContaining('not before') });
    expect(one.status()).toBe('processed');
  });

  it('an older disk, restored after an extension, waits for the published expiry; other keys of the journal do not matter', async () => {
    const one = await life();
    const older = one.write();
    await one.arm(older);
    const extended = one.expiresAt + 30 * minute;
    const { cloud } = world;
    const entry = await cloud.signing.journal({ id: one.vm, expiresAt: extended, at: world.devnet.clock.now() }, one.signer);
    expect(await cloud.messages.publish(entry, { timeoutMs: minute })).toMatchObject({ status: 'processed' });
    for (const host of ['a', 'b'] as const) {
      await world.advance(5_000);
      const journal = world.devnet.ccn.state(host).aggregates.get(one.signer.address);
      expect(journal).toBeDefined();
    }
    await until(one.expiresAt + minute);
    expect(await one.machine.run(['dash'], older)).toMatchObject({ exit: 75, output: expect.stringContaining('2 of 2 hosts tell') });
    expect(one.status()).toBe('processed');
    await until(extended);
    await looks(one, ['dash'], older);
    expect(one.status()).toBe('forgotten');
  });

  it('follows no expiry beyond the limit that it was armed with', async () => {
    const one = await life();
    const script = one.write({ limitAt: one.expiresAt + 5 * minute });
    await one.arm(script);
    const entry = await world.cloud.signing.journal(
      { id: one.vm, expiresAt: one.expiresAt + 600 * minute, at: world.devnet.clock.now() },
      one.signer,
    );
    await world.cloud.messages.publish(entry, { timeoutMs: minute });
    await until(one.expiresAt + 4 * minute);
    expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 75 });
    expect(one.status()).toBe('processed');
    await until(one.expiresAt + 5 * minute);
    await looks(one, ['dash'], script);
    expect(one.status()).toBe('forgotten');
  });

  it.each([
    ['S-02: a third host whose clock is five minutes behind', { offSeconds: -300, expires: null }],
    ['S-02: a third host whose clock is five minutes ahead', { offSeconds: 300, expires: null }],
    ['S-03: a third host that has an expiry in 2099', { offSeconds: 0, expires: '2099-01-01T00:00:00Z' }],
    ['S-03: a third host that has no expiry', { offSeconds: 0, expires: null }],
  ])('%s keeps no VM alive, and ends none early', async (_, lie) => {
    const one = await life();
    const liar = await lyingHost(world.cloud.hosts[0]!, one.vm, lie);
    try {
      const script = one.write({ hosts: [liar.url, ...world.cloud.hosts] });
      await one.arm(script);
      await until(one.expiresAt - minute);
      expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 0, output: '' });
      expect(one.status()).toBe('processed');
      await until(one.expiresAt);
      const runs = await looks(one, ['dash'], script);
      expect(runs.length).toBeLessThanOrEqual(3);
      expect(one.status()).toBe('forgotten');
    } finally {
      await liar.close();
    }
  });

  it('does nothing in another machine that has a copy of the disk, and does not turn it off', async () => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    one.machine.put('run/cloud-init/instance-data.json', '{"v1": {"local_hostname": "another"}}');
    await until(one.expiresAt);
    expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 0, output: expect.stringContaining('another machine') });
    expect(one.status()).toBe('processed');
    expect(one.machine.isOff()).toBe(false);
  });

  it('does not end what it cannot read the published expiry of from two hosts, until its limit', async () => {
    const one = await life();
    const script = one.write({ limitAt: one.expiresAt + 5 * minute });
    await one.arm(script);
    world.fault({ target: 'ccn-b', kind: 'status', status: 503, path: '/api/v0/aggregates' });
    await until(one.expiresAt);
    expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 75, output: expect.stringContaining('1 of 2 hosts tell') });
    expect(one.status()).toBe('processed');
    await until(one.expiresAt + 5 * minute);
    await looks(one, ['dash'], script);
    world.clearFaults();
    expect(one.status()).toBe('forgotten');
  });

  it('takes the next message when one was rejected, and the next host when one is silent', async () => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    // an early post of the first: its VM is not there for host b, which rejects it in the end
    world.fault({ target: 'ccn-a', kind: 'status', status: 503, path: '/api/v0/messages', method: 'POST' });
    await until(one.expiresAt);
    const runs = await looks(one, ['dash'], script);
    world.clearFaults();
    expect(runs.map(({ output }) => /posted/.test(output)).filter(Boolean).length).toBeGreaterThanOrEqual(2);
    expect(one.status()).toBe('forgotten');
  });

  it('is not done before two hosts say forgotten, whatever was answered to the post', async () => {
    const one = await life();
    const script = one.write();
    await one.arm(script);
    world.fault({ target: 'ccn-b', kind: 'propagation', ms: 10 * minute });
    await until(one.expiresAt);
    expect(await one.machine.run(['dash'], script)).toMatchObject({ exit: 75, output: expect.stringContaining('forgotten by 1 of 2') });
    expect(one.machine.isOff()).toBe(false);
    world.clearFaults();
    await looks(one, ['dash'], script);
    expect(one.machine.isOff()).toBe(true);
  });

  it('on any other machine it ends the VM and leaves the machine on', async () => {
    const one = await life();
    const script = one.write({ where: 'carrier' });
    await until(one.expiresAt);
    await looks(one, ['dash'], script);
    expect(one.status()).toBe('forgotten');
    expect(one.machine.isOff()).toBe(false);
  });

  it('XC-06 refuses to be written of anything but plain words', () => {
    const order = {
      vm: 'ab'.repeat(32),
      account: `0x${'1'.repeat(40)}`,
      expiresAt: 1,
      limitAt: 2,
      hosts: ['http://a'],
      where: 'carrier',
    } as const;
    const forgets = [{ id: 'cd'.repeat(32), bytes: '{}' }];
    expect(() => endVmScript({ ...order, forgets })).not.toThrow();
    expect(() => endVmScript({ ...order, forgets, hosts: ["http://a'; rm -rf /"] })).toThrow();
    expect(() => endVmScript({ ...order, forgets: [{ ...forgets[0]!, bytes: '{\nEND_OF_MESSAGE\n}' }] })).toThrow();
    expect(() => endVmScript({ ...order, forgets: [] })).toThrow();
  });
});
