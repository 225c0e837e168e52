import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tell } from '../../../src/adapters/reaper-timer/host-machine.ts';
import { openSafeService } from '../../../src/adapters/safe-service/open-safe-service.ts';
import { agreed, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, homeAt, lonelyHome } from '../../support/home.ts';
import { machinePrograms } from '../../support/safe/machine-programs.ts';
import { makesOsUsers } from '../../support/safe/os-users.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';

describe('serve status, of a safe that is served (safe.md §2)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let ci: Home;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 3 });
    owner = await devnet.home('5');
    safe = await serveSafe(owner);
    ci = await safe.agent('ci');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  it('tells its owner all of it, and an agent that joined what anybody may know', async () => {
    const seen = await owner.must('serve status');
    const { version } = (await owner.run('serve status --json')).document().meta as unknown as { version: string };
    expect(seen).toMatchObject({
      safe: { url: `unix:${safe.socket}`, version, since: expect.stringMatching(/^20\d\d-/) },
      service: null,
      agents: 1,
      roundAt: expect.stringMatching(/^20\d\d-/),
      vms: 0,
      carried: 0,
    });
    const theirs = await ci.must('serve status');
    expect(theirs).toEqual({ ...seen, agents: null, roundAt: null, vms: null, carried: null });
    // and nothing else of the owner's
    expect((await ci.run('serve install --dry-run --json')).document().error.code).toBe('AGENT_REFUSED');
  });

  it('agents add says that no carrier is there', async () => {
    const { warnings } = JSON.parse((await agreed(owner, 'agents add other --budget 1')).stdout) as { warnings: { code: string }[] };
    expect(warnings.map(({ code }) => code)).toContain('NO_CARRIER');
  });

  it('says that none answers once it is gone', async () => {
    await safe.kill();
    expect(await ci.must('serve status')).toMatchObject({ safe: null, agents: null });
    expect(await owner.must('serve status')).toMatchObject({ safe: null, agents: 2 });
    safe = await serveSafe(owner, { socket: safe.socket });
    expect(await ci.must('serve status')).toMatchObject({ safe: { url: `unix:${safe.socket}` } });
  });
});

describe('a safe as its unit starts it', () => {
  it('takes agents at its runtime folder, signs by a key that is made later, and ends in peace when it is told to', async () => {
    const base = mkdtempSync(join(tmpdir(), 'unit-'));
    const runtime = join(base, 'run');
    mkdirSync(runtime, { mode: 0o711 });
    const devnet = await startDevnet({ nodes: 3 });
    const home = homeAt(join(base, 'safe'), { ALEPH_AGENT_DEVNET: devnet.control, ALEPH_AGENT_OUTPUT: 'json' });
    const { child, ended } = home.start('serve --json', { env: { RUNTIME_DIRECTORY: runtime } });
    try {
      await new Promise((resolve) => child.stdout!.once('data', resolve));
      const { address } = (await home.must('keys create agent --unencrypted')) as { address: string };
      await devnet.fund(address, '5');
      const added = await agreed({ ...home, address, privateKey: '' }, 'agents add ci --budget 1');
      const agent = homeAt(join(base, 'agent'), { ALEPH_AGENT_OUTPUT: 'json', ALEPH_AGENT_NETWORK: '' });
      expect(await agent.must('join -', { stdin: String(added.document().data.invitation) })).toMatchObject({ agent: 'ci' });
      expect(await agent.must('serve status')).toMatchObject({ safe: { url: `unix:${join(runtime, 'agents.sock')}` } });
      expect((await persistently(() => agent.run('vm create box --ttl 1h --no-wait'))).exit).toBe(0);
    } finally {
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ exit: 0, stderr: '' });
      await devnet.close();
      rmSync(base, { recursive: true, force: true });
    }
  });
});

describe('serve install as a process', () => {
  it('shows its whole unit on any machine, with flags that serve has, too, and installs none without systemd', async () => {
    const home = lonelyHome();
    try {
      const line = 'serve install --listen 0.0.0.0:8443 --public-url https://safe.example';
      const plan = await home.must(`${line} --dry-run`);
      const unit = (plan['notes'] as string[]).find((note) => note.startsWith('[Unit]'))!;
      expect(unit).toMatch(
        /^ExecStart="\/.*node" "\/.*bin\/aleph-agent\.js" "serve" "--listen" "0\.0\.0\.0:8443" "--public-url" "https:\/\/safe\.example" "--json"$/m,
      );
      expect((await home.run(`${line} --yes --json`)).document().error).toMatchObject({ code: 'NO_SERVICE', sideEffects: 'none' });
      expect(await home.must('serve uninstall --dry-run')).toMatchObject({ action: 'serve uninstall', notes: [] });
      expect(await home.must('serve status')).toMatchObject({ safe: null, service: null });
    } finally {
      home.close();
    }
  });
});

const canTry = makesOsUsers();
if (!canTry) process.stderr.write('test/process/safe/service: no user is made, as that takes root on Linux\n');

describe.skipIf(!canTry)('the user of a service', () => {
  it('is made by the machine’s own useradd, with a home that nobody else enters and no password, and the safe runs as it', async () => {
    const name = `aaserve${process.pid}`;
    const programs = machinePrograms();
    rmSync(`${programs.root}/bin/useradd`);
    rmSync(`${programs.root}/bin/getent`);
    chmodSync(programs.root, 0o755);
    mkdirSync(programs.folders.homes);
    const env = { PATH: `${programs.root}/bin:${process.env['PATH']}` };
    const machine = { env, platform: 'linux', execPath: process.execPath, getuid: () => 0 };
    const service = openSafeService({
      machine: { ...machine, tell: (...told) => tell(machine, ...told) },
      program: '/opt/aleph-agent/bin/aleph-agent.js',
      folders: programs.folders,
    });
    const order = { user: name, listen: null, dashboard: true, publicUrl: null, tls: null, passphrase: null };
    const home = `${programs.folders.homes}/aleph-agent-${name}`;
    try {
      await service.install(order);
      const uid = Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
      expect([statSync(home).uid, statSync(home).mode & 0o777]).toEqual([uid, 0o700]);
      expect(execFileSync('getent', ['shadow', name], { encoding: 'utf8' })).toMatch(new RegExp(`^${name}:[!*]`));
      expect(await service.install(order)).toEqual([]);
      expect(await service.status()).toMatchObject({ user: name, state: 'active', socket: { uid } });
      const gid = Number(execFileSync('id', ['-g', name], { encoding: 'utf8' }));
      const own = homeAt(`${home}/home`, {}, { name, uid, gid });
      expect((await own.run('keys create agent --unencrypted --json')).exit).toBe(0);
      expect((await service.uninstall()).length).toBeGreaterThan(0);
      expect(statSync(home).uid).toBe(uid);
    } finally {
      spawnSync('userdel', ['--force', '--remove', name]);
      programs.close();
    }
  });
});
