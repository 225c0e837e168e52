import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDevnet } from '../../../../src/devnet/create-devnet.ts';
import { createWorld, g1, g2, operatorHeaders, type World } from '../crn-world.ts';

interface Backup {
  backup_id: string;
  size: number;
  volumes: string[];
  expires_at: string;
  checksum: string;
  source_sizes: Record<string, number>;
  download_url: string;
}

const hour = 3_600_000;

const started = async (node: number, world: World = createWorld(), volumes: object[] = []) => {
  const hash = await world.instance(node, { volumes });
  await world.notify(node, hash);
  const ask = async (method: string, more = '', account = world.account): Promise<[number, unknown]> => {
    const path = `/control/machine/${hash}/backup${more.split('?')[0]}`;
    const { address, domain } = world.devnet.crns[node]!;
    const headers = operatorHeaders(account, domain, method, path, world.devnet.clock.now());
    const response = await world.run(world.devnet.fetch(`${address}/control/machine/${hash}/backup${more}`, { method, headers }));
    const text = await response.text();
    return [response.status, text.startsWith('{') ? JSON.parse(text) : text];
  };
  return { world, hash, ask, advance: (ms: number) => world.devnet.clock.advance(ms) };
};

/** The backup, made to its end. */
const made = async ({ ask, advance }: Awaited<ReturnType<typeof started>>, query = ''): Promise<Backup> => {
  expect(await ask('POST', query)).toEqual([202, { status: 'in_progress' }]);
  expect(await ask('GET')).toEqual([202, { status: 'in_progress' }]);
  await advance(60_000);
  const [status, backup] = await ask('GET');
  expect(status).toBe(200);
  return backup as Backup;
};

describe('D-07 backups of a VM', () => {
  it.each([g1, g2])(
    'D-07 are made in the background, told with checksum and sizes, and downloaded by a signed link (node %i)',
    async (node) => {
      const vm = await started(node);
      expect(await vm.ask('GET')).toEqual([404, { error: 'No backup found for this VM' }]);
      const backup = await made(vm);
      expect(backup).toMatchObject({
        backup_id: expect.stringMatching(new RegExp(`^${vm.hash}-\\d{8}T\\d{6}Z$`)),
        volumes: ['rootfs.qcow2'],
        source_sizes: { 'rootfs.qcow2': 20_480 * 1024 * 1024 },
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/),
      });
      const response = await vm.world.get(backup.download_url);
      const archive = Buffer.from(await response.arrayBuffer());
      expect([response.status, response.headers.get('content-type'), archive.length]).toEqual([200, 'application/x-tar', backup.size]);
      expect(`sha256:${createHash('sha256').update(archive).digest('hex')}`).toBe(backup.checksum);
      expect(response.headers.get('x-backup-checksum')).toBe(backup.checksum);
      expect(response.headers.get('x-source-size')).toBe(String(20_480 * 1024 * 1024));
      const folder = mkdtempSync(join(tmpdir(), 'backup-test-'));
      writeFileSync(join(folder, 'backup.tar'), archive);
      expect(execFileSync('tar', ['-tf', join(folder, 'backup.tar')], { encoding: 'utf8' })).toBe('rootfs.qcow2\n');
      rmSync(folder, { recursive: true });
    },
  );

  it('D-07 one at a time, for a day; volumes where they are asked for', async () => {
    const vm = await started(g2, createWorld(), [{ mount: '/data', persistence: 'host', name: 'data', size_mib: 100 }]);
    const backup = await made(vm, '?include_volumes=true&skip_fsfreeze=true');
    expect(backup.volumes).toEqual(['rootfs.qcow2', 'data.qcow2']);
    const [status, again] = await vm.ask('POST');
    expect([status, (again as Backup).backup_id]).toEqual([200, backup.backup_id]);
    await vm.advance(24 * hour);
    expect(await vm.ask('GET')).toEqual([404, { error: 'No backup found for this VM' }]);
  });

  it('D-07 are deleted by their id, and by no other', async () => {
    const vm = await started(g1);
    const { backup_id: id, download_url: url } = await made(vm);
    expect(await vm.ask('DELETE', `/${vm.hash}-20200101T000000Z`)).toEqual([
      404,
      { error: `Backup ${vm.hash}-20200101T000000Z not found` },
    ]);
    expect(await vm.ask('DELETE', '/other')).toEqual([403, { error: 'Backup does not belong to this VM' }]);
    expect(await vm.ask('DELETE', `/${id}`)).toEqual([200, `Deleted backup ${id}`]);
    expect((await vm.world.get(url)).status).toBe(404);
  });

  it('D-07 are the owner’s alone, of a VM that runs, and their links are signed and end', async () => {
    const vm = await started(g2);
    const stranger = vm.world.devnet.accounts[1]!;
    for (const method of ['POST', 'GET']) expect(await vm.ask(method, '', stranger)).toEqual([403, 'Unauthorized sender']);
    const { download_url: url } = await made(vm);
    const refusal = async (link: string) => {
      const response = await vm.world.get(link);
      return [response.status, await response.json()];
    };
    expect(await refusal(url.split('?')[0]!)).toEqual([403, { error: 'Missing signature or expires parameter' }]);
    expect(await refusal(url.replace(/signature=./, 'signature=x'))).toEqual([403, { error: 'Invalid signature' }]);
    expect(await refusal(url.replace(/expires=\d/, 'expires=9'))).toEqual([403, { error: 'Invalid signature' }]);
    await vm.advance(25 * hour);
    expect(await refusal(url)).toEqual([403, { error: 'Download link has expired' }]);
    await vm.world.operate(g2, vm.hash, 'stop');
    expect(await vm.ask('POST')).toEqual([400, { error: 'VM must be running to create backup' }]);
    await vm.world.operate(g2, vm.hash, 'erase');
    expect(await vm.ask('GET')).toEqual([404, { error: `No virtual machine with ref ${vm.hash}` }]);
  });

  it('D-07 are kept with the devnet’s state, and a state of before them is read', async () => {
    const vm = await started(g2);
    const { backup_id: id } = await made(vm);
    const saved = vm.world.devnet.save();
    const again = createWorld(createDevnet({ seed: saved.seed, nodes: saved.nodes, at: saved.at, guests: 'none', saved }));
    const { state } = again.devnet.crns[g2]!;
    expect(Object.keys(state.backups)).toEqual([vm.hash]);
    expect(id).toContain(vm.hash);
    for (const crn of Object.values(saved.crns)) delete crn.backups;
    expect(createDevnet({ seed: saved.seed, nodes: saved.nodes, at: saved.at, guests: 'none', saved }).crns[g2]!.state.backups).toEqual({});
  });
});
