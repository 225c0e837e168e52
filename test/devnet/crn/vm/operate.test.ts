import { describe, expect, it } from 'vitest';
import { createWorld, g1, g2, operatorHeaders } from '../crn-world.ts';

const started = async (node: number, more: Record<string, unknown> = {}) => {
  const world = createWorld();
  const hash = await world.instance(node, more);
  const { status } = await world.notify(node, hash);
  if (status !== 200) throw new Error(`notify gave ${status}`);
  const said = async (operation: string, account = world.account, query = '', method = 'POST') => {
    const response = await world.operate(node, hash, operation, account, query, method);
    return [response.status, await response.text()];
  };
  const gone = JSON.stringify({ error: `No virtual machine with ref ${hash}` });
  return { world, hash, said, gone };
};

describe('operator calls', () => {
  it('stop: G1 drops the VM, G2 keeps it listed', async () => {
    const old = await started(g1);
    expect(await old.said('stop')).toEqual([200, `Stopped VM with ref ${old.hash}`]);
    expect(await old.world.list(g1)).toEqual({});
    expect(await old.said('stop')).toEqual([404, old.gone]);
    const newer = await started(g2);
    expect(await newer.said('stop')).toEqual([200, `Stopped VM with ref ${newer.hash}`]);
    expect((await newer.world.list(g2))[newer.hash]).toMatchObject({ running: false, status: { stopped_at: expect.any(String) } });
    expect(await newer.said('stop')).toEqual([200, 'Already stopped, nothing to do']);
    expect((await newer.world.notify(g2, newer.hash)).status).toBe(200);
    expect((await newer.world.list(g2))[newer.hash]).toMatchObject({ running: true, status: { stopped_at: null } });
  });

  it('keeps the mapped port over stop and start', async () => {
    const { world, hash, said } = await started(g1);
    const port = async () => (await world.list(g1))[hash]?.networking.mapped_ports?.['22']?.host;
    const before = await port();
    expect(before).toBe(24_000);
    await said('stop');
    await world.notify(g1, hash);
    expect(await port()).toBe(before);
  });

  it('the scheduler starts again what the owner stopped on G1, and never on G2', async () => {
    for (const [node, runs] of [
      [g1, true],
      [g2, false],
    ] as const) {
      const { world, hash, said } = await started(node);
      await world.devnet.clock.advance(120_000);
      await said('stop');
      await world.devnet.clock.advance(240_000);
      expect((await world.list(node))[hash]?.running ?? false).toBe(runs);
    }
  });

  it('reboot, reinstall and erase answer in plain text', async () => {
    const { world, hash, said, gone } = await started(g1);
    expect(await said('reboot')).toEqual([200, `Rebooted VM with ref ${hash}`]);
    expect(await said('reinstall', world.account, '?erase_volumes=false')).toEqual([200, `Reinstalled VM with ref ${hash}`]);
    expect(await said('erase')).toEqual([200, `Erased VM with ref ${hash}`]);
    expect(await said('erase')).toEqual([404, gone]);
    expect(await world.list(g1)).toEqual({});
  });

  it('reboot of a stopped VM claims to start it', async () => {
    const { world, hash, said } = await started(g2);
    await said('stop');
    expect(await said('reboot')).toEqual([200, `Starting VM (was not running) with ref ${hash}`]);
    expect((await world.list(g2))[hash]?.running).toBe(false);
  });

  it('expire never succeeds, start is no route of G1', async () => {
    const { said } = await started(g1);
    expect(await said('expire')).toEqual([400, JSON.stringify({ error: 'Invalid timeout duration' })]);
    expect((await said('start'))[0]).toBe(404);
    for (const unknown of ['rescue', 'constructor', 'toString']) expect((await said(unknown))[0]).toBe(404);
  });

  it('refuses strangers in plain text, lets delegates for INSTANCE in', async () => {
    const { world, said, hash } = await started(g1);
    const [, delegate, stranger] = world.devnet.accounts;
    expect(await said('reboot', stranger)).toEqual([403, 'Unauthorized sender']);
    const authorizations = [{ address: delegate!.address, types: ['INSTANCE'] }];
    await world.message('AGGREGATE', { key: 'security', content: { authorizations } });
    expect((await said('reboot', delegate))[0]).toBe(403);
    await world.devnet.clock.advance(120_000);
    expect(await said('reboot', delegate)).toEqual([200, `Rebooted VM with ref ${hash}`]);
  });

  it('logs keep working for a VM that is gone', async () => {
    const { world, hash, said } = await started(g1);
    await said('stop');
    const [status, text] = await said('logs', world.account, '', 'GET');
    expect(status).toBe(200);
    expect(JSON.parse(text as string)).toContainEqual(expect.objectContaining({ SYSLOG_IDENTIFIER: `vm-${hash}-stdout`, file: 'stdout' }));
    expect((await said('logs', world.devnet.accounts[4], '', 'GET'))[0]).toBe(403);
  });

  it('a failing erase is a plain-text 500', async () => {
    const { world, said } = await started(g1);
    world.devnet.faults.add({ target: 'crn-1', kind: 'erase-fails', times: 1 });
    const [status, text] = await said('erase');
    expect([status, String(text).startsWith('500 Internal Server Error')]).toEqual([500, true]);
    expect((await said('erase'))[0]).toBe(200);
  });

  it('reserve_resources is a dry run', async () => {
    const { world } = await started(g1);
    const path = '/control/reserve_resources';
    const ask = async (memory: number) => {
      const crn = world.devnet.crns[g1]!;
      const headers = operatorHeaders(world.account, crn.domain, 'POST', path, world.devnet.clock.now());
      return world.post(`${crn.address}${path}`, { address: world.account.address, resources: { vcpus: 1, memory } }, headers);
    };
    expect(await (await ask(2048)).json()).toMatchObject({ status: 'reserved' });
    expect((await ask(2_000_000)).status).toBe(503);
  });
});

describe('port forwards', () => {
  const forward = (world: Awaited<ReturnType<typeof started>>['world'], hash: string, ports: unknown) =>
    world.message('AGGREGATE', { key: 'port-forwarding', content: { [hash]: { ports } } });

  it('follow the aggregate, 22 always among them', async () => {
    const { world, hash } = await started(g1);
    await forward(world, hash, { 80: { tcp: true, udp: false } });
    await world.devnet.clock.advance(1_000);
    expect((await world.list(g1))[hash]?.networking.mapped_ports).toEqual({
      22: { host: 24_000, tcp: true, udp: false },
      80: { host: 24_001, tcp: true, udp: false },
    });
  });

  it('a missing flag is a KeyError on G1 and false on G2', async () => {
    for (const [node, status] of [
      [g1, 500],
      [g2, 200],
    ] as const) {
      const { world, hash } = await started(node);
      await forward(world, hash, { 80: { tcp: true } });
      const response = await world.post(`${world.devnet.crns[node]!.address}/control/machine/${hash}/update`);
      expect(response.status).toBe(status);
      const body = (await response.json()) as Record<string, string>;
      expect(body).toEqual(status === 200 ? {} : { error: "'udp'", error_type: "<class 'KeyError'>" });
    }
  });

  it('a bad entry tears a new VM down on G1', async () => {
    const world = createWorld();
    const hash = await world.instance(g1);
    await forward(world, hash, { 80: { tcp: true } });
    const response = await world.notify(g1, hash);
    expect([response.status, await response.json()]).toEqual([500, { error: "'udp'", error_type: "<class 'KeyError'>" }]);
    expect(await world.list(g1)).toEqual({});
  });

  it('an unreadable aggregate costs all forwards on G1, all but 22 on G2', async () => {
    for (const [node, left] of [
      [g1, []],
      [g2, ['22']],
    ] as const) {
      const { world, hash } = await started(node);
      world.devnet.faults.add({ target: 'ccn-a', kind: 'status', status: 502, path: 'aggregates', times: 1 });
      const update = () => world.post(`${world.devnet.crns[node]!.address}/control/machine/${hash}/update`);
      await update();
      const ports = async () => Object.keys((await world.list(node))[hash]?.networking.mapped_ports ?? {});
      expect(await ports()).toEqual(left);
      await update();
      expect(await ports()).toEqual(['22']);
    }
  });
});
