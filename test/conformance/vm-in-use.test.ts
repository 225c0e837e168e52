import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NodeRef } from '../../src/domain/ledger/vm-record.ts';
import { consoleHostKeys } from '../../src/domain/reach/console-host-keys.ts';
import type { SignedMessage } from '../../src/ports/network/messages.ts';
import type { NetworkUnderTest } from './network-contract.ts';
import { openInProcess, openServed } from './open-network.ts';

const spec = {
  vcpus: 1,
  memoryMib: 2048,
  diskMib: 20480,
  computeUnits: 1,
  image: 'debian12',
  imageHash: 'b6ff5c3a8205d1ca4c7c3369300eeafff498b558f71b851aa2114afd0a532717',
};
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGULT6A41Msmw2KEu0R9MvUjhuWNAsbdeZ0DOwYbt4Qt';

describe.each([
  ['in process', openInProcess],
  ['over HTTP', openServed],
] as const)('a VM in use, %s', (_, open) => {
  let net: NetworkUnderTest;
  let node: NodeRef;
  let id: string;
  const run = <Result>(work: Promise<Result>): Promise<Result> => net.drive(work);
  const signer = () => net.signers[0]!;
  const publish = async (message: SignedMessage): Promise<void> => {
    expect(await run(net.cloud.messages.publish(message, { timeoutMs: 60_000 }))).toMatchObject({ status: 'processed' });
  };

  beforeEach(async () => {
    net = await open();
    const { nodes } = await run(net.cloud.nodes.list());
    const able = nodes.filter(
      (one) => one.linked && one.active && one.qemu && one.ipv6 && one.terms === null && (one.memoryFreeMib ?? 0) > 8192,
    );
    const fit = (await run(net.cloud.nodes.probe(able.slice(0, 12), 5_000))).find(
      ({ problem, memoryFreeMib }) => problem === null && (memoryFreeMib ?? 0) > 4096,
    );
    node = (await run(net.cloud.nodes.confirmNode(fit!.hash)))!;
    const owner = signer().address;
    const now = net.clock.now();
    const made = await net.cloud.signing.create(
      { owner, label: 'vm-in-use', spec, node, sshKeys: [sshKey], expiresAt: now + 3_600_000, at: now } as Parameters<
        typeof net.cloud.signing.create
      >[0],
      signer(),
    );
    id = made.id;
    await publish(made);
    await run(net.cloud.nodes.startOnNode(node, id, 300_000));
  });
  afterEach(() => net.close());

  const forwardsTo = async (forwards: { port: number; tcp: boolean; udp: boolean }[]): Promise<void> =>
    publish(await net.cloud.signing.forwards({ owner: signer().address, id, forwards, at: net.clock.now() }, signer()));

  /** As the lifecycle does: told again until the node's own CCN has heard of it. */
  const opened = async (count: number) => {
    for (let tries = 0; tries < 200; tries++) {
      expect(await run(net.cloud.nodes.rereadForwards(node, id, 15_000))).toBe('done');
      const open = await run(net.cloud.nodes.openPorts(node, id));
      if (open.ports.length === count) return open;
      await run(net.clock.wait(1_000));
    }
    throw new Error(`never ${count} ports`);
  };

  it('its forwards are asked for, opened, changed and taken away, SSH always among them', async () => {
    const owner = signer().address;
    expect(await run(net.cloud.accounts.forwards(owner, id))).toEqual([]);
    const wanted = [
      { port: 53, tcp: false, udp: true },
      { port: 8080, tcp: true, udp: false },
    ];
    await forwardsTo(wanted);
    expect(await run(net.cloud.accounts.forwards(owner, id))).toEqual(wanted);
    const open = await opened(3);
    expect(open).toMatchObject({ answered: true, host: '127.0.0.1' });
    expect(open.ports.map(({ port, tcp, udp }) => ({ port, tcp, udp }))).toEqual([{ port: 22, tcp: true, udp: false }, ...wanted]);
    expect(new Set(open.ports.map(({ hostPort }) => hostPort)).size).toBe(3);
    await forwardsTo([wanted[1]!]);
    expect((await opened(2)).ports[1]).toEqual(open.ports[2]);
    await forwardsTo([]);
    expect(await run(net.cloud.accounts.forwards(owner, id))).toEqual([]);
    expect(await run(net.cloud.accounts.hasForwards(owner, id))).toBe(false);
    await opened(1);
  });

  it('hosts that do not agree on forwards are waited for; one that is silent does not count', async () => {
    const owner = signer().address;
    const wanted = [{ port: 80, tcp: true, udp: true }];
    net.fault({ target: 'ccn', kind: 'propagation', ms: 6_000 });
    await forwardsTo(wanted);
    expect(await run(net.cloud.accounts.forwards(owner, id))).toEqual(wanted);
    net.clearFaults();
    net.fault({ target: 'ccn-b', kind: 'drop-before' });
    expect(await run(net.cloud.accounts.forwards(owner, id))).toEqual(wanted);
    net.fault({ target: 'ccn-a', kind: 'drop-before' });
    await expect(run(net.cloud.accounts.forwards(owner, id))).rejects.toMatchObject({ code: 'NETWORK_UNAVAILABLE' });
  });

  it('its console is read by its owner alone, and shows host keys', async () => {
    await net.advance(30_000);
    const log = await run(net.cloud.nodes.consoleLog(node, id, signer(), 15_000));
    if (log.answer !== 'log') throw new Error(log.answer);
    expect(log.lines[0]).toEqual({ at: expect.any(Number), untrustedText: expect.stringContaining('Booting from Hard Disk') });
    const { keys, fingerprints } = consoleHostKeys(log.lines.map(({ untrustedText }) => untrustedText));
    expect([keys.map(({ type }) => type), fingerprints.map(({ type }) => type)]).toEqual([['ssh-ed25519'], ['ssh-ed25519']]);
    expect(await run(net.cloud.nodes.consoleLog(node, id, net.signers[1]!, 15_000))).toEqual({ answer: 'refused' });
    expect(await run(net.cloud.nodes.consoleLog(node, 'cd'.repeat(32), signer(), 15_000))).toEqual({ answer: 'absent' });
    net.fault({ target: 'crn', kind: 'huge-body', path: '/logs' });
    expect(['tooLong', 'unreachable']).toContain((await run(net.cloud.nodes.consoleLog(node, id, signer(), 15_000))).answer);
    net.clearFaults();
    net.fault({ target: 'crn', kind: 'wrong-types', path: '/logs' });
    expect(await run(net.cloud.nodes.consoleLog(node, id, signer(), 15_000))).toEqual({ answer: 'unreachable' });
    await expect(net.cloud.nodes.consoleLog(node, id, { ...signer(), network: 'mainnet' }, 15_000)).rejects.toMatchObject({
      code: 'WRONG_NETWORK',
    });
  });

  it('a node that is gone opens and shows nothing', async () => {
    net.fault({ target: 'crn', kind: 'dead' });
    expect(await run(net.cloud.nodes.openPorts(node, id))).toEqual({ answered: false, host: null, ipv6: null, ports: [] });
    expect(await run(net.cloud.nodes.rereadForwards(node, id, 2_000))).toBe('unreachable');
    expect(await run(net.cloud.nodes.consoleLog(node, id, signer(), 2_000))).toEqual({ answer: 'unreachable' });
  });
});
