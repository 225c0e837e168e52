import { AuthenticatedAlephHttpClient } from '@aleph-sdk/client';
import { importAccountFromPrivateKey } from '@aleph-sdk/ethereum';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { instancesBySdk } from '../../src/adapters/aleph/messages/instances-by-sdk.ts';
import { openServed } from './open-network.ts';

/** Nothing of ours builds, signs, sends or reads here: the SDK that everybody installs must find a network it knows. */
describe('the published SDK on the devnet', () => {
  let net: Awaited<ReturnType<typeof openServed>>;
  beforeEach(async () => {
    net = await openServed();
  });
  afterEach(() => net.close());

  it('creates, reads and forgets an instance', async () => {
    const { devnet } = net;
    const account = importAccountFromPrivateKey(devnet.accounts[0]!.privateKey);
    const client = new AuthenticatedAlephHttpClient(account, devnet.origins.ccnA);
    const created = await client.createInstance({
      metadata: { name: 'stranger' },
      authorized_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt'],
      resources: { vcpus: 1, memory: 2048, seconds: 30 },
      rootfs: {
        parent: { ref: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717', use_latest: true },
        size_mib: 20480,
      } as never,
      requirements: { node: { node_hash: devnet.crns[0]!.spec.hash } },
      channel: 'STRANGER',
    });
    expect(created.item_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await net.cloud.messages.statusOf(created.item_hash)).toContainEqual({ host: net.cloud.hosts[0], status: 'processed' });

    const read = await client.getMessage(created.item_hash);
    expect(read).toMatchObject({ item_hash: created.item_hash, sender: account.address, content: { metadata: { name: 'stranger' } } });
    expect(await instancesBySdk(devnet.origins.ccnA)).toEqual([created.item_hash]);
    const ours = await net.cloud.messages.vm(created.item_hash);
    expect(ours).toMatchObject({
      status: 'processed',
      ours: false,
      label: 'stranger',
      spec: { vcpus: 1, memoryMib: 2048, diskMib: 20480 },
    });

    await client.forget({ hashes: [created.item_hash], reason: 'done', channel: 'STRANGER', sync: true });
    expect(await net.cloud.messages.statusOf(created.item_hash)).toContainEqual({ host: net.cloud.hosts[0], status: 'forgotten' });
    expect((await net.cloud.accounts.burn(account.address)).resources).toEqual([]);
  });

  it('reads the aggregate that it wrote', async () => {
    const account = importAccountFromPrivateKey(net.devnet.accounts[1]!.privateKey);
    const client = new AuthenticatedAlephHttpClient(account, net.devnet.origins.ccnA);
    await client.createAggregate({ key: 'notes', content: { a: { x: 1 } }, channel: 'STRANGER', sync: true });
    await client.createAggregate({ key: 'notes', content: { b: 2 }, channel: 'STRANGER', sync: true });
    expect(await client.fetchAggregate(account.address, 'notes')).toEqual({ a: { x: 1 }, b: 2 });
  });
});
