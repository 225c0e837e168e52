import { spendCredits } from '../../../src/devnet/ccn/credits/credits.ts';
import { defaultPricing, OFFICIAL_OWNER } from '../../../src/devnet/ccn/pricing/default-aggregates.ts';
import type { Devnet } from '../../../src/devnet/create-devnet.ts';
import type { ChangeContext } from '../../../src/ports/context.ts';
import type { Signer } from '../../../src/ports/keys/keys.ts';
import { walletSigner } from '../../conformance/open-network.ts';

/** What happens on the network without our doing: credits go, prices move, other people come. */

const image = 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717';

/** Leaves the account with this many credits, on both hosts. */
export const drainTo = (devnet: Devnet, account: string, left: bigint): void => {
  for (const host of ['a', 'b'] as const) {
    const state = devnet.ccn.state(host);
    const all = spendCredits(state, account, 10n ** 18n, devnet.clock.now()).reduce((sum, { amount }) => sum + amount, 0n);
    if (all < left) throw new Error(`only ${all} credits were there`);
    const lot = state.lots.find(({ address }) => address === account);
    if (lot !== undefined) lot.left = left;
  }
};

/** Multiplies the price of a compute unit, of an instance or another product, on one host or both. */
export const priceTimes = (devnet: Devnet, factor: number, host?: 'a' | 'b', product = 'instance'): void => {
  const pricing = structuredClone(defaultPricing) as Record<string, { price?: { compute_unit?: { credit?: string } } }>;
  const unit = pricing[product]?.price?.compute_unit;
  if (unit?.credit === undefined) throw new Error('the price table looks otherwise');
  unit.credit = String(Number(unit.credit) * factor);
  devnet.ccn.putAggregate({ address: OFFICIAL_OWNER, key: 'pricing', content: pricing }, host);
};

/** Takes the image's file from both hosts, so that an INSTANCE of it stays pending; gives a function that puts it back. */
export const hideImage = (devnet: Devnet): (() => void) => {
  const hidden = (['a', 'b'] as const).map((host) => {
    const { pins } = devnet.ccn.state(host);
    const pin = pins.get(image);
    if (pin === undefined) throw new Error('there is no such image');
    pins.delete(image);
    return () => void pins.set(image, pin);
  });
  return () => hidden.forEach((putBack) => void putBack());
};

export const strangerOf = (devnet: Devnet): Signer => walletSigner(devnet.accounts[1]!.privateKey);

/** Another account's VM on that node, by its own hand. */
export const strangersVm = async (devnet: Devnet, context: ChangeContext, node: number): Promise<string> => {
  const cloud = await context.cloud();
  const signer = strangerOf(devnet);
  const { spec, address } = devnet.crns[node]!;
  const message = await cloud.signing.create(
    {
      owner: signer.address,
      label: 'stranger',
      spec: { vcpus: 1, memoryMib: 2048, diskMib: 20_480, computeUnits: 1, image: 'debian12', imageHash: image },
      node: { hash: spec.hash, untrustedName: spec.name, url: address },
      sshKeys: [await context.shell.publicKey(signer.address)],
      expiresAt: devnet.clock.now() + 3_600_000,
      at: devnet.clock.now(),
    },
    signer,
  );
  await cloud.messages.publish(message, { timeoutMs: 60_000 });
  return message.id;
};

/** Does it once, when the first INSTANCE is about to be posted: between hold and network. */
export const atFirstPost = (act: () => void): ((request: Request) => Promise<void>) => {
  let done = false;
  return async (request) => {
    if (done || request.method !== 'POST' || !request.url.endsWith('/api/v0/messages')) return;
    const { message } = (await request.json()) as { message: { type: string } };
    if (message.type !== 'INSTANCE' || done) return;
    done = true;
    act();
  };
};

/** INSTANCE messages that host a has ever taken in. */
export const instancesOn = (devnet: Devnet): string[] =>
  [...devnet.ccn.state('a').messages.values()]
    .filter(({ envelope }) => envelope.type === 'INSTANCE')
    .map(({ envelope }) => envelope.item_hash);

/** `crn-<n>` of a node hash. */
export const hostOf = (devnet: Devnet, hash: string): string => devnet.crns.find(({ spec }) => spec.hash === hash)!.host;

/** One host comes to say that a VM costs what the other says. */
export const agreeOnPrice = (devnet: Devnet, id: string, { from, to }: { from: 'a' | 'b'; to: 'a' | 'b' }): void => {
  const cost = devnet.ccn.state(from).costs.get(id);
  if (cost === undefined) throw new Error(`host ${from} has not processed ${id}`);
  devnet.ccn.state(to).costs.set(id, cost);
};
