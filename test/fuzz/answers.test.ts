import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { openCloud } from '../../src/adapters/aleph/open-cloud.ts';
import { createDevnet, type Devnet } from '../../src/devnet/create-devnet.ts';
import { Failure } from '../../src/domain/failure/failure.ts';
import { exitCodes } from '../../src/domain/failure/failure-codes.ts';
import { Exact } from '../../src/domain/money/exact.ts';
import { builtInPrices } from '../../src/domain/money/price.ts';
import type { Cloud } from '../../src/ports/network/cloud.ts';
import type { SignedMessage } from '../../src/ports/network/messages.ts';
import { jumpingClock } from '../adapters/aleph/network-of.ts';
import { walletSigner } from '../conformance/open-network.ts';
import { fuzz } from './fuzz.ts';
import { type Mischief, mischiefs, mischievous, type TrueAnswer } from './network-answer.ts';

const at = Date.UTC(2026, 10, 20, 12);
const spec = {
  vcpus: 1,
  memoryMib: 2048,
  diskMib: 20_480,
  computeUnits: 1,
  image: 'debian12',
  imageHash: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717',
};

/** What is asked of the network, with what was true of it when the answers were taken. */
interface Scene {
  devnet: Devnet;
  account: string;
  message: SignedMessage;
}

const node = ({ devnet }: Scene, place: number) => {
  const { spec: its, address } = devnet.crns[place]!;
  return { hash: its.hash, untrustedName: its.name, url: address };
};

/** Every read of the port, and the calls that change something without signing. */
const calls: Record<string, (cloud: Cloud, scene: Scene) => Promise<unknown>> = {
  clockSkew: (cloud) => cloud.clockSkew(),
  balance: (cloud, { account }) => cloud.accounts.balance(account),
  burn: (cloud, { account }) => cloud.accounts.burn(account),
  prices: (cloud) => cloud.prices.table(),
  quote: (cloud, scene) => cloud.prices.quote({ owner: scene.account, spec, node: node(scene, 0) }, builtInPrices as never),
  images: (cloud) => cloud.messages.images(),
  imageExists: (cloud) => cloud.messages.imageExists(spec.imageHash),
  nodes: (cloud) => cloud.nodes.list(),
  confirmNode: (cloud, scene) => cloud.nodes.confirmNode(node(scene, 0).hash),
  probe: (cloud, scene) => cloud.nodes.probe([node(scene, 0), node(scene, 1)], 800),
  inspectNode: (cloud, scene) => cloud.nodes.inspectNode(node(scene, 0), 800),
  schedulerNodes: (cloud) => cloud.nodes.schedulerNodes(),
  minimumNodeVersion: (cloud) => cloud.nodes.minimumNodeVersion(),
  statusOf: (cloud, { message }) => cloud.messages.statusOf(message.id),
  endsOf: (cloud, { message }) => cloud.messages.endsOf(message.id),
  vm: (cloud, { message }) => cloud.messages.vm(message.id),
  listSentBy: (cloud, { account }) => cloud.messages.listSentBy(account),
  priceOf: (cloud, { message }) => cloud.prices.priceOf(message.id),
  expenses: (cloud, { account }) => cloud.accounts.expenses(account, at - 1000),
  nodeView: (cloud, scene) => cloud.nodes.nodeView(node(scene, 0), scene.message.id),
  placement: (cloud, { message }) => cloud.nodes.placement(message.id),
  journal: (cloud, { account }) => cloud.accounts.journal(account),
  hasForwards: (cloud, { account, message }) => cloud.accounts.hasForwards(account, message.id),
  forwards: (cloud, { account, message }) => cloud.accounts.forwards(account, message.id),
  openPorts: (cloud, scene) => cloud.nodes.openPorts(node(scene, 0), scene.message.id),
  sshSamples: (cloud, scene) => cloud.nodes.sshSamples([node(scene, 0), node(scene, 1)]),
  publish: (cloud, { message }) => cloud.messages.publish(message, { timeoutMs: 20_000 }),
  startOnNode: (cloud, scene) => cloud.nodes.startOnNode(node(scene, 0), scene.message.id, 5000),
  rereadForwards: (cloud, scene) => cloud.nodes.rereadForwards(node(scene, 0), scene.message.id, 5000),
};

const cloudOver = (devnet: Devnet, clock: Parameters<typeof openCloud>[0]['clock'], fetch: typeof globalThis.fetch): Cloud => {
  const { origins } = devnet;
  return openCloud({
    network: 'devnet',
    hosts: {
      ccn: [origins.ccnA, origins.ccnB],
      crnsList: origins.crnsList,
      scheduler: origins.scheduler,
      rpc: null,
      private: true,
      control: origins.control,
    },
    fetch,
    clock,
    random: { bytes: (count) => new Uint8Array(count).fill(7), fraction: () => 0.5 },
    cache: { read: () => null, write: () => {} },
  });
};

/** Codes with which something that was read may fail. */
const readFailures: ReadonlySet<number> = new Set([exitCodes.unavailable, exitCodes.notFound]);

const controls = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

/** No figure without a value, no amount below nothing, no text that could act on a terminal under a name that does not warn of it. */
const expectSound = (value: unknown, way = ''): void => {
  if (typeof value === 'number') expect(Number.isFinite(value), `${way} is ${value}`).toBe(true);
  // an account can be overdrawn: then it has less than nothing to spend
  if (typeof value === 'bigint' && way !== '.credits') expect(value >= 0n, `${way} is ${value}`).toBe(true);
  if (typeof value === 'string' && !/untrusted/i.test(way)) expect(controls.test(value), `${way} is ${JSON.stringify(value)}`).toBe(false);
  if (Exact.isDecimal(value)) {
    expect(value.isFinite() && !value.isNegative(), `${way} is ${value}`).toBe(true);
  } else if (Array.isArray(value)) value.forEach((item, index) => void expectSound(item, `${way}[${index}]`));
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) expectSound(member, `${way}.${key}`);
};

const keyOf = (request: Request): string => `${request.method} ${request.url}`;

describe('answers of the network', () => {
  const truth = new Map<string, TrueAnswer>();
  let scene: Scene;

  beforeAll(async () => {
    const devnet = createDevnet({ seed: 7, nodes: 3, at, guests: 'none' });
    const signer = walletSigner(devnet.accounts[0]!.privateKey);
    const recording = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      const request = new Request(input, init);
      const key = keyOf(request);
      const response = await devnet.fetch(request);
      const body = await response.clone().text();
      truth.set(key, { status: response.status, headers: Object.fromEntries(response.headers), body });
      return response as Response;
    };
    const cloud = cloudOver(devnet, devnet.clock, recording as typeof globalThis.fetch);
    const made = { devnet, account: signer.address, message: {} as SignedMessage };
    made.message = await cloud.signing.create(
      {
        owner: signer.address,
        label: 'calm-otter',
        spec,
        node: node(made, 0),
        sshKeys: [`ssh-ed25519 ${'A'.repeat(68)}`],
        expiresAt: at + 3_600_000,
        at,
      },
      signer,
    );
    await devnet.clock.drive(cloud.messages.publish(made.message, { timeoutMs: 60_000 }));
    await devnet.clock.drive(devnet.clock.wait(3 * 3_600_000));
    for (const call of Object.values(calls)) await devnet.clock.drive(call(cloud, made));
    scene = made;
  });
  afterAll(() => scene.devnet.close());

  fuzz<{ call: string; mischief: Mischief[] }>({
    name: 'answers',
    title: 'whatever a host answers, a call gives a sound value or a declared failure',
    runs: 37_000,
    values: fc.record({ call: fc.constantFrom(...Object.keys(calls)), mischief: fc.array(mischiefs, { minLength: 1, maxLength: 4 }) }),
    async holds({ call, mischief }) {
      let asked = 0;
      const fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
        const request = new Request(input, init);
        const answer = truth.get(keyOf(request)) ?? { status: 404, headers: {}, body: '404: Not Found' };
        asked += 1;
        if (asked > 500) throw new Error(`${call} asks without end`);
        return mischievous(mischief[(asked - 1) % mischief.length]!, answer);
      };
      const cloud = cloudOver(scene.devnet, jumpingClock(scene.devnet.clock.now()), fetch as typeof globalThis.fetch);
      try {
        expectSound(await calls[call]!(cloud, scene));
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown;
        expect(readFailures.has(thrown.exit), `${thrown.code}: ${thrown.message}`).toBe(true);
      }
      expect(asked).toBeLessThan(500);
    },
  });
});
