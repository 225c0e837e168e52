import { createHash } from 'node:crypto';
import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import type { Signer } from '../../../../src/ports/keys/keys.ts';
import type { CreateOrder } from '../../../../src/ports/network/signing.ts';
import { cloudOf } from '../network-of.ts';

/** The key of protocol-ccn.md §1.3's vectors. */
const wallet = new ethers.Wallet(`0x${'11'.repeat(32)}`);
const signer: Signer = { address: wallet.address, network: 'mainnet', signBytes: (bytes) => wallet.signMessage(bytes) };
const at = Date.UTC(2026, 10, 20, 12, 0, 0, 252);
const order: CreateOrder = {
  owner: wallet.address,
  label: 'calm-otter-7',
  spec: { vcpus: 1, memoryMib: 2048, diskMib: 10240, computeUnits: 1, image: 'debian12', imageHash: 'b6'.repeat(32) },
  node: { hash: 'ab'.repeat(32), untrustedName: 'n', url: 'https://n.aleph.im' },
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt'],
  expiresAt: at + 4 * 3_600_000,
  at,
};
const { cloud, asked } = cloudOf(() => undefined);

describe('signCreate', () => {
  it('says exactly what was ordered, hashed and signed so that anybody can check', async () => {
    const signed = await cloud.signing.create(order, signer);
    const body = JSON.parse(signed.bytes);
    expect(Object.keys(body)).toEqual(['sync', 'message']);
    const { item_content: text, signature, ...envelope } = body.message;
    expect(JSON.parse(text)).toEqual({
      address: wallet.address,
      time: 1795176000.252,
      allow_amend: false,
      metadata: { name: 'calm-otter-7', 'aleph-agent': 1, expires: '2026-11-20T16:00:00.252Z' },
      authorized_keys: order.sshKeys,
      environment: { reproducible: false, internet: true, aleph_api: true, shared_cache: false, hypervisor: 'qemu' },
      resources: { vcpus: 1, memory: 2048, seconds: 30 },
      payment: { chain: 'ETH', type: 'credit' },
      requirements: { node: { node_hash: 'ab'.repeat(32) } },
      volumes: [],
      rootfs: { parent: { ref: 'b6'.repeat(32), use_latest: true }, persistence: 'host', size_mib: 10240 },
    });
    expect(envelope).toEqual({
      chain: 'ETH',
      sender: wallet.address,
      channel: 'ALEPH-AGENT',
      time: 1795176000.252,
      item_type: 'inline',
      item_hash: signed.id,
      type: 'INSTANCE',
    });
    expect(createHash('sha256').update(text).digest('hex')).toBe(signed.id);
    expect(ethers.utils.verifyMessage(`ETH\n${wallet.address}\nINSTANCE\n${signed.id}`, signature)).toBe(wallet.address);
    expect(signed).toMatchObject({ kind: 'INSTANCE', signedAt: at });
  });

  it('sends nothing, to nobody', () => expect(asked).toEqual([]));

  it('gives the same message for the same order: its id is known before it is sent', async () => {
    expect(await cloud.signing.create(order, signer)).toEqual(await cloud.signing.create(order, signer));
  });

  it.each([
    ['vcpus', { spec: { ...order.spec, vcpus: 0 } }, 'resources.vcpus'],
    ['disk', { spec: { ...order.spec, diskMib: 10.5 } }, 'rootfs.size_mib'],
    ['image', { spec: { ...order.spec, imageHash: 'debian12' } }, 'rootfs.parent.ref'],
    ['node', { node: { ...order.node, hash: 'AB'.repeat(32) } }, 'requirements.node.node_hash'],
    ['key', { sshKeys: ['not a key'] }, 'authorized_keys.0'],
    ['two keys in one', { sshKeys: [`${order.sshKeys[0]}\nssh-rsa AAAA`] }, 'authorized_keys.0'],
    ['no key', { sshKeys: [] }, 'authorized_keys'],
    ['label', { label: 'has spaces\u001b[31m' }, 'metadata.name'],
  ])('names what the network would refuse without a name: %s', async (_what, changes, field) => {
    await expect(cloud.signing.create({ ...order, ...changes } as CreateOrder, signer)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(field),
    });
  });

  it('refuses an owner in another case: the network would take it for another account (A-097)', async () => {
    await expect(cloud.signing.create({ ...order, owner: wallet.address.toLowerCase() }, signer)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('refuses content that the SDK would upload instead of leaving it inline', async () => {
    const long = `ssh-ed25519 ${'A'.repeat(8000)}`;
    await expect(cloud.signing.create({ ...order, sshKeys: Array.from({ length: 7 }, () => long) }, signer)).rejects.toMatchObject({
      code: 'USAGE',
    });
    expect(asked).toEqual([]);
  });

  it('hands out nothing that does not verify', async () => {
    const other = ethers.Wallet.createRandom();
    const liar: Signer = { ...signer, signBytes: (bytes) => other.signMessage(bytes) };
    await expect(cloud.signing.create(order, liar)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('signs nothing with a key of another network, before anything is built (product rule 8)', async () => {
    let signatures = 0;
    const signBytes = async () => {
      signatures += 1;
      return '0x';
    };
    const foreign: Signer = { ...signer, network: 'devnet', signBytes };
    await expect(cloud.signing.create(order, foreign)).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
    await expect(cloud.signing.forget({ owner: wallet.address, ids: ['ab'.repeat(32)], reason: 'x', at }, foreign)).rejects.toMatchObject({
      code: 'WRONG_NETWORK',
    });
    expect(signatures).toBe(0);
  });
});

describe('signForget and signForwardsRemoval', () => {
  it('say exactly what they end', async () => {
    const id = 'cd'.repeat(32);
    const forget = JSON.parse((await cloud.signing.forget({ owner: wallet.address, ids: [id], reason: 'aleph-agent', at }, signer)).bytes);
    expect(forget.message.type).toBe('FORGET');
    expect(JSON.parse(forget.message.item_content)).toEqual({
      address: wallet.address,
      time: at / 1000,
      hashes: [id],
      reason: 'aleph-agent',
    });
    const removal = JSON.parse((await cloud.signing.forwardsRemoval({ owner: wallet.address, id, at }, signer)).bytes);
    expect(removal.message.type).toBe('AGGREGATE');
    expect(JSON.parse(removal.message.item_content)).toEqual({
      address: wallet.address,
      key: 'port-forwarding',
      time: at / 1000,
      content: { [id]: null },
    });
  });

  it('refuse ids that are none', async () => {
    await expect(cloud.signing.forget({ owner: wallet.address, ids: [], reason: 'x', at }, signer)).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(cloud.signing.forget({ owner: wallet.address, ids: ['x'], reason: 'x', at }, signer)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });
});
