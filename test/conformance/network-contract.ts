import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeRef, VmSpec } from '../../src/domain/ledger/vm-record.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Signer } from '../../src/ports/keys/keys.ts';
import type { Cloud } from '../../src/ports/network/cloud.ts';
import type { Publication, SignedMessage } from '../../src/ports/network/messages.ts';
import type { CreateOrder } from '../../src/ports/network/signing.ts';

/** A network with ten funded accounts, whose time and faults the suite commands. */
export interface NetworkUnderTest {
  cloud: Cloud;
  clock: Clock;
  /** With 10 USD each. */
  signers: readonly Signer[];
  /** Awaits `work` while the network's time goes on as far as that takes. */
  drive<Result>(work: Promise<Result>): Promise<Result>;
  advance(ms: number): Promise<void>;
  fault(fault: { target: string; kind: string; path?: string; method?: string; times?: number; ms?: number; status?: number }): void;
  clearFaults(): void;
  close(): Promise<void>;
}

const hour = 3_600_000;
const cu: VmSpec = {
  vcpus: 1,
  memoryMib: 2048,
  diskMib: 20480,
  computeUnits: 1,
  image: 'debian12',
  imageHash: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717',
};
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt';
const unknownHash = 'cd'.repeat(32);

/** What any network behind the `Cloud` port must do. */
export const networkContract = (name: string, open: () => Promise<NetworkUnderTest>): void => {
  describe(`network contract: ${name}`, () => {
    let net: NetworkUnderTest;
    beforeEach(async () => {
      net = await open();
    });
    afterEach(() => net.close());

    const run = <Result>(work: Promise<Result>): Promise<Result> => net.drive(work);
    const pass = (ms: number): Promise<void> => net.advance(ms);
    const publish = (message: SignedMessage, timeoutMs = 60_000): Promise<Publication> =>
      run(net.cloud.messages.publish(message, { timeoutMs }));

    /** A node that the list, two CCNs and the node itself find fit. */
    const fitNode = async (): Promise<NodeRef> => {
      const { nodes } = await run(net.cloud.nodes.list());
      const able = nodes.filter(
        (node) => node.linked && node.active && node.qemu && node.ipv6 && node.terms === null && (node.memoryFreeMib ?? 0) > 8192,
      );
      for (const found of await run(net.cloud.nodes.probe(able.slice(0, 12), 5_000))) {
        if (found.problem !== null || (found.memoryFreeMib ?? 0) < 2048) continue;
        const node = await run(net.cloud.nodes.confirmNode(found.hash));
        if (node !== null) return node;
      }
      throw new Error('no fit node among twelve');
    };
    const wish = (changes: Partial<CreateOrder> & { node: NodeRef }): CreateOrder => {
      const at = net.clock.now();
      return { owner: net.signers[0]!.address, label: 'calm-otter', spec: cu, sshKeys: [sshKey], expiresAt: at + 4 * hour, at, ...changes };
    };
    const created = async (): Promise<{ message: SignedMessage; node: NodeRef }> => {
      const node = await fitNode();
      const message = await run(net.cloud.signing.create(wish({ node }), net.signers[0]!));
      expect(await publish(message)).toEqual({ status: 'processed', rejection: null });
      return { message, node };
    };
    const until = async <Result>(read: () => Promise<Result>, fits: (value: Result) => boolean, stepMs = 5_000): Promise<Result> => {
      for (let turn = 0; turn < 160; turn += 1) {
        const value = await run(read());
        if (fits(value)) return value;
        await pass(stepMs);
      }
      throw new Error('it did not come about');
    };

    it('tells the time, prices, images and accounts', async () => {
      const { cloud, signers } = net;
      const skews = await run(cloud.clockSkew());
      expect(skews.map((skew) => skew.host).sort()).toEqual([...cloud.hosts].sort());
      for (const { skewMs } of skews) expect(Math.abs(skewMs)).toBeLessThan(5_000);
      const table = await run(cloud.prices.table());
      expect(table.computeUnit.toFixed()).toBe('14250');
      expect(table.unit).toEqual({ vcpus: 1, memoryMib: 2048, diskMib: 20480 });
      const node = await fitNode();
      const rate = await run(cloud.prices.quote({ owner: signers[0]!.address, spec: cu, node }, table));
      expect(rate.toFixed(18)).toBe('3.958333333333333333');
      const images = await run(cloud.messages.images());
      expect(images.filter((image) => image.pinned).map((image) => image.slug)).toEqual(['debian12', 'ubuntu22', 'ubuntu24']);
      expect(await run(cloud.messages.imageExists(cu.imageHash))).toBe(true);
      expect(await run(cloud.messages.imageExists(unknownHash))).toBe(false);
      const balance = await run(cloud.accounts.balance(signers[0]!.address));
      expect(balance.credits).toBe(10_000_000n);
      expect(balance.lots.reduce((sum, lot) => sum + lot.credits, 0n)).toBe(10_000_000n);
      expect((await run(cloud.accounts.burn(signers[0]!.address))).perSecond.toFixed()).toBe('0');
      expect(await run(cloud.accounts.expenses(signers[0]!.address, 0))).toEqual([]);
      expect(await run(cloud.messages.listSentBy(signers[0]!.address))).toEqual([]);
    });

    it("lists nodes, keeps the list, and takes a node only on two CCNs' word (W-010)", async () => {
      const first = await run(net.cloud.nodes.list());
      expect(first.stale).toBe(false);
      expect(first.nodes.length).toBeGreaterThan(5);
      expect(new Set(first.nodes.map((node) => node.hash)).size).toBe(first.nodes.length);
      net.fault({ target: 'crns-list', kind: 'drop-before' });
      expect(await run(net.cloud.nodes.list())).toMatchObject({ nodes: first.nodes, stale: false });
      const { nodes, stale } = await run(net.cloud.nodes.list({ maxAgeMs: -1 }));
      expect({ stale, count: nodes.length }).toEqual({ stale: true, count: first.nodes.length });
      expect(await run(net.cloud.nodes.confirmNode(unknownHash))).toBeNull();
      const known = first.nodes[0]!;
      expect(await run(net.cloud.nodes.confirmNode(known.hash))).toMatchObject({ hash: known.hash, url: known.url });
    });

    it('carries a VM through its life, to the last word of both hosts', async () => {
      const { cloud, signers } = net;
      const [signer] = signers as [Signer];
      const { message, node } = await created();
      const { id } = message;
      const body = JSON.parse(message.bytes) as { sync: boolean; message: { item_content: string; item_hash: string } };
      expect(body.sync).toBe(true);
      expect(createHash('sha256').update(body.message.item_content).digest('hex')).toBe(id);

      await until(
        () => cloud.messages.statusOf(id),
        (words) => words.length === 2 && words.every((word) => word.status === 'processed'),
      );
      const listed = { id, sender: signer.address, owner: signer.address, ours: true, label: 'calm-otter', nodeHash: node.hash, spec: cu };
      expect(await run(cloud.messages.vm(id))).toMatchObject({ ...listed, status: 'processed', signedAt: message.signedAt });
      expect(await run(cloud.messages.listSentBy(signer.address))).toMatchObject([listed]);
      expect((await run(cloud.prices.priceOf(id)))?.perSecond.toFixed(18)).toBe('3.958333333333333333');
      expect((await run(cloud.accounts.burn(signer.address))).resources.map((row) => row.id)).toEqual([id]);
      expect(await publish(message)).toEqual({ status: 'processed', rejection: null });

      expect(await run(cloud.nodes.nodeView(node, id))).toMatchObject({ endpoint: null });
      expect(['started', 'unreachable']).toContain(await run(cloud.nodes.startOnNode(node, id, 300_000)));
      const view = await until(
        () => cloud.nodes.nodeView(node, id),
        (seen) => seen.state === 'running' && seen.endpoint !== null,
      );
      expect(view.endpoint).toMatchObject({ user: 'root', host: expect.stringMatching(/^127\./), port: expect.any(Number) });
      const placed = await until(
        () => cloud.nodes.placement(id),
        (seen) => seen.node !== null,
      );
      expect(placed).toMatchObject({ node: node.hash, answered: true });
      expect(await run(cloud.nodes.sshSamples([node]))).toEqual([view.endpoint]);

      const forget = await run(
        cloud.signing.forget({ owner: signer.address, ids: [id], reason: 'aleph-agent', at: net.clock.now() }, signer),
      );
      expect(await publish(forget)).toEqual({ status: 'processed', rejection: null });
      expect(await run(cloud.nodes.eraseOnNode(node, id, signer, 90_000))).toBe('erased');
      await until(
        () => cloud.messages.statusOf(id),
        (words) => words.every((word) => word.status === 'forgotten'),
      );
      expect(await run(cloud.messages.vm(id))).toMatchObject({ id, status: 'forgotten', owner: signer.address, sender: signer.address });
      expect(await run(cloud.prices.priceOf(id))).toBeNull();
      expect(await run(cloud.messages.listSentBy(signer.address))).toEqual([]);
      expect((await run(cloud.accounts.burn(signer.address))).perSecond.toFixed()).toBe('0');
      expect(await publish(message)).toMatchObject({ status: 'rejected', rejection: { code: 504, reason: 'target' } });
    });

    it('bills what ran, in rows that can be told apart', async () => {
      const { message } = await created();
      const since = net.clock.now();
      const rows = await until(
        () => net.cloud.accounts.expenses(net.signers[0]!.address, since),
        (found) => found.length >= 1,
        10 * 60_000,
      );
      expect(rows[0]).toMatchObject({ vm: message.id });
      expect(rows[0]!.credits > 0n).toBe(true);
      expect(new Set(rows.map((row) => row.ref)).size).toBe(rows.length);
    });

    it('says why a message was rejected', async () => {
      const node = await fitNode();
      const big = { ...cu, vcpus: 64, memoryMib: 131_072, diskMib: 1_310_720, computeUnits: 64 };
      const dear = await run(net.cloud.signing.create(wish({ node, spec: big }), net.signers[0]!));
      const answer = await publish(dear);
      expect(answer).toMatchObject({ status: 'rejected', rejection: { code: 6, reason: 'credits' } });
      expect(JSON.stringify(answer.rejection?.details)).toContain('required_credits');
      expect((await run(net.cloud.messages.statusOf(dear.id))).some((word) => word.status === 'rejected')).toBe(true);

      const { message } = await created();
      const stranger = net.signers[1]!;
      const theft = await run(
        net.cloud.signing.forget({ owner: stranger.address, ids: [message.id], reason: 'x', at: net.clock.now() }, stranger),
      );
      expect(await publish(theft)).toMatchObject({ status: 'rejected', rejection: { code: 2, reason: 'permission' } });
    });

    it('says pending while the network still tries', async () => {
      const node = await fitNode();
      const unknown = await run(
        net.cloud.signing.create(wish({ node, spec: { ...cu, image: unknownHash, imageHash: unknownHash } }), net.signers[0]!),
      );
      expect(await publish(unknown, 8_000)).toEqual({ status: 'pending', rejection: null });
      expect(await run(net.cloud.messages.vm(unknown.id))).toMatchObject({ id: unknown.id, status: 'pending', label: 'calm-otter' });
      expect(await run(net.cloud.prices.priceOf(unknown.id))).toBeNull();
    });

    it.each([
      { when: 'after it took effect', kind: 'drop-after-effect', times: 1 },
      { when: 'before it took effect', kind: 'drop-before', times: 1 },
      { when: 'with a 503', kind: 'status', status: 503, times: 1 },
      { when: 'with a 429', kind: 'status', status: 429, times: 1 },
    ])('publishes once though the first answer is lost $when', async (fault) => {
      const node = await fitNode();
      const message = await run(net.cloud.signing.create(wish({ node }), net.signers[0]!));
      const { when: _when, ...rest } = fault;
      net.fault({ target: 'ccn', path: '/api/v0/messages', method: 'POST', ...rest });
      expect(await publish(message)).toEqual({ status: 'processed', rejection: null });
      expect((await run(net.cloud.messages.listSentBy(net.signers[0]!.address))).map((vm) => vm.id)).toEqual([message.id]);
    });

    it('sees two hosts disagree while a message is on its way, and agree in the end', async () => {
      net.fault({ target: 'ccn-b', kind: 'propagation', ms: 120_000 });
      const { message } = await created();
      const words = (await run(net.cloud.messages.statusOf(message.id))).map((word) => word.status);
      expect([...words].sort()).toEqual(['processed', 'unknown']);
      expect((await run(net.cloud.messages.listSentBy(net.signers[0]!.address))).map((vm) => vm.id)).toEqual([message.id]);
      expect(await publish(message)).toEqual({ status: 'processed', rejection: null });
      net.clearFaults();
      await until(
        () => net.cloud.messages.statusOf(message.id),
        (seen) => seen.every((word) => word.status === 'processed'),
      );
    });

    it('fails over when one CCN is down, and spends on no single word', async () => {
      net.fault({ target: 'ccn-a', kind: 'drop-before' });
      expect((await run(net.cloud.accounts.balance(net.signers[0]!.address))).credits).toBe(10_000_000n);
      expect(await run(net.cloud.messages.statusOf(unknownHash))).toEqual([
        { host: net.cloud.hosts[0], status: null },
        { host: net.cloud.hosts[1], status: 'unknown' },
      ]);
      await expect(run(net.cloud.prices.table())).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
      await expect(run(net.cloud.nodes.confirmNode(unknownHash))).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
      net.fault({ target: 'ccn-b', kind: 'drop-before' });
      await expect(run(net.cloud.accounts.balance(net.signers[0]!.address))).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
    });

    it.each(['wrong-types', 'huge-body'])('takes nothing from a host that answers byzantine: %s', async (kind) => {
      net.fault({ target: 'ccn-a', kind });
      expect((await run(net.cloud.accounts.balance(net.signers[0]!.address))).credits).toBe(10_000_000n);
      net.fault({ target: 'ccn-b', kind });
      await expect(run(net.cloud.accounts.balance(net.signers[0]!.address))).rejects.toMatchObject({ code: 'NETWORK_ANSWER_INVALID' });
    });

    it('removes forwards by writing null, and sees which are there', async () => {
      const { message } = await created();
      const owner = net.signers[0]!.address;
      expect(await run(net.cloud.accounts.hasForwards(owner, message.id))).toBe(false);
      const removal = await run(net.cloud.signing.forwardsRemoval({ owner, id: message.id, at: net.clock.now() }, net.signers[0]!));
      expect(await publish(removal)).toEqual({ status: 'processed', rejection: null });
      expect(await run(net.cloud.accounts.hasForwards(owner, message.id))).toBe(false);
    });

    it("signs nothing with another network's key (product rule 8)", async () => {
      const foreign = { ...net.signers[0]!, network: 'elsewhere' };
      const node = await fitNode();
      await expect(run(net.cloud.signing.create(wish({ node }), foreign))).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
      await expect(run(net.cloud.nodes.eraseOnNode(node, unknownHash, foreign, 1_000))).rejects.toMatchObject({ code: 'WRONG_NETWORK' });
    });

    it('tells a VM that a node does not have, and one that is not ours to erase', async () => {
      const { message, node } = await created();
      expect(await run(net.cloud.nodes.eraseOnNode(node, unknownHash, net.signers[0]!, 30_000))).toBe('absent');
      await until(
        () => net.cloud.nodes.nodeView(node, message.id),
        (view) => view.state === 'running',
      );
      expect(await run(net.cloud.nodes.eraseOnNode(node, message.id, net.signers[1]!, 30_000))).toBe('refused');
      expect((await run(net.cloud.nodes.nodeView(node, unknownHash))).state).toBe('absent');
      expect(await run(net.cloud.nodes.placement(unknownHash))).toEqual({ status: null, node: null, answered: true });
    });
  });
};
