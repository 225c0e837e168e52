import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, ccnBench, DEBIAN } from '../../devnet/ccn/ccn-bench.ts';

/** The published client as a stranger: over HTTP, with its own ideas of messages, hashes and signatures. */
describe('the published @aleph-sdk/client', () => {
  const { ccn, clock } = ccnBench();
  let server: ReturnType<typeof serve>;
  let url = '';

  beforeAll(async () => {
    ccn.fund(alice.address, 10_000_000n);
    clock.run(20);
    url = await new Promise((resolve) => {
      server = serve({ fetch: ccn.app('a').fetch, port: 0, hostname: '127.0.0.1' }, (info: AddressInfo) =>
        resolve(`http://127.0.0.1:${info.port}`),
      );
    });
  });

  afterAll(async () => {
    clock.stop();
    await new Promise((resolve) => server.close(resolve));
  });

  it('creates, reads and forgets an instance', async () => {
    const { AuthenticatedAlephHttpClient } = await import('@aleph-sdk/client');
    const { importAccountFromPrivateKey } = await import('@aleph-sdk/ethereum');
    const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(alice.privateKey), url);
    const made = await client.createInstance({
      authorized_keys: ['ssh-ed25519 AAAA test'],
      rootfs: { parent: { ref: DEBIAN, use_latest: true }, persistence: 'host', size_mib: 20_480 } as never,
      resources: { vcpus: 1, memory: 2048, seconds: 30 },
      environment: { internet: true, aleph_api: true, hypervisor: 'qemu' } as never,
      payment: { chain: 'ETH', type: 'credit' } as never,
      requirements: { node: { node_hash: 'ab'.repeat(32) } } as never,
      channel: 'TEST',
      sync: true,
    });
    expect(ccn.chain.status(made.item_hash)).toBe('processed');
    expect(ccn.chain.instance(made.item_hash)?.owner).toBe(alice.address);
    const read = await client.getMessage(made.item_hash);
    expect([read.type, read.sender]).toEqual(['INSTANCE', alice.address]);
    const forgotten = await client.forget({ hashes: [made.item_hash], channel: 'TEST', sync: true });
    expect(ccn.chain.status(forgotten.item_hash)).toBe('processed');
    expect(ccn.chain.status(made.item_hash)).toBe('forgotten');
  });

  it('writes an aggregate and reads it back', async () => {
    const { AuthenticatedAlephHttpClient } = await import('@aleph-sdk/client');
    const { importAccountFromPrivateKey } = await import('@aleph-sdk/ethereum');
    const client = new AuthenticatedAlephHttpClient(importAccountFromPrivateKey(alice.privateKey), url);
    await client.createAggregate({ key: 'notes', content: { a: 1 }, channel: 'TEST', sync: true });
    expect(await client.fetchAggregate(alice.address, 'notes')).toEqual({ a: 1 });
  });
});
