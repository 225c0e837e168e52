import { generateKeyPairSync, sign } from 'node:crypto';
import { ethers } from 'ethers';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../src/devnet/ccn/item-hash.ts';
import { verificationBuffer } from '../../../src/devnet/ccn/signature.ts';
import { ccnBench, START } from './ccn-bench.ts';

const { base58 } = ethers.utils;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const sender = base58.encode(Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url'));

/** A POST as a Solana account signs it (pyaleph: chains/solana.py). */
const post = (change: Record<string, unknown> = {}, chain = 'SOL', from = sender) => {
  const item_content = JSON.stringify({ address: from, time: START / 1000, type: 'note', content: { of: chain } });
  const head = { chain, sender: from, type: 'POST' as const, item_hash: sha256Hex(item_content) };
  const signature = base58.encode(sign(null, verificationBuffer(head), privateKey));
  const written = JSON.stringify({ signature, publicKey: sender, version: 1, ...change });
  return { ...head, signature: written, item_type: 'inline', item_content, time: START / 1000, channel: 'TEST' };
};

describe('D-09 accounts of Solana', () => {
  it.each(['SOL', 'ES'])('D-09 a valid signature of %s is accepted, and the message is the account’s', async (chain) => {
    const bench = ccnBench();
    expect(await bench.publish(post({}, chain))).toMatchObject({ status: 200, body: { message_status: 'processed' } });
    const { body } = await bench.get(`/api/v0/messages.json?addresses=${sender}`);
    expect(body.messages).toMatchObject([{ sender, chain }]);
  });

  it('D-09 one without a version is of version 1', async () => {
    expect((await ccnBench().publish(post({ version: undefined }))).status).toBe(200);
  });

  it.each<[string, ReturnType<typeof post>]>([
    ['another version', post({ version: 2 })],
    ['another key', post({ publicKey: base58.encode(Buffer.alloc(32, 7)) })],
    ['another sender', post({}, 'SOL', base58.encode(Buffer.alloc(32, 7)))],
    ['a spoilt signature', post({ signature: base58.encode(Buffer.alloc(64, 1)) })],
    ['a signature that is too short', post({ signature: '1111' })],
    ['no base58', post({ signature: '0OIl' })],
    ['no JSON', { ...post(), signature: '0x00' }],
  ])('D-09 refused with %s', async (_, message) => {
    expect(await ccnBench().publish(message)).toMatchObject({ status: 422, body: { message_status: 'rejected' } });
  });
});

it('D-09 compatible_gpus have a device class', async () => {
  const { body } = await ccnBench().get('/api/v0/aggregates/0xFba561a84A537fCaa567bb7A2257e7142701ae2A.json?keys=settings');
  const gpus: { model: string; device_class: string }[] = body.data.settings.compatible_gpus;
  expect(gpus.length).toBeGreaterThan(10);
  expect(gpus.every(({ device_class }) => ['0300', '0302'].includes(device_class))).toBe(true);
  expect(gpus).toContainEqual(expect.objectContaining({ model: 'RTX 4000 ADA', device_id: '10de:27b0', device_class: '0300' }));
});
