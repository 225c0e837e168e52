import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended } from '../../support/aleph-process.ts';
import { agreed, brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, homeAt } from '../../support/home.ts';
import { type ServedSafe, serveSafe } from '../../support/safe/served-safe.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

describe('a safe that is backed up while it runs, and restored elsewhere (safe.md §2)', () => {
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let safe: ServedSafe;
  let ci: Home;
  let file: string;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 12 });
    owner = await devnet.home('5');
    safe = await serveSafe(owner);
    ci = await safe.agent('ci', '--budget 1 --max-vms 3');
    file = join(owner.cwd, 'safe.tar');
  });
  afterAll(async () => {
    await safe.close();
    await devnet.close();
  });

  /** A home on another machine, with nothing in it. */
  const moved = (name: string): AlephHome => ({ ...owner, ...homeAt(join(owner.cwd, name), owner.env) });

  it('is written beside the calls of its agents, and says what it opens', async () => {
    expect(codeOf(await persistently(() => ci.run('vm create box --ttl 4h --timeout 30m')))).toBe('ok');
    const [written, read] = await Promise.all([owner.run(`serve backup ${file}`), ci.run('status')]);
    expect([codeOf(read), statSync(file).mode & 0o777]).toEqual(['ok', 0o600]);
    expect(written.document()).toMatchObject({
      data: { file, bytes: statSync(file).size, keys: 1, agents: 1, vms: 1 },
      next: [{ command: `aleph-agent serve restore ${file}` }],
    });
    expect(codeOf(await owner.run(`serve backup ${file}`))).toBe('USAGE');
    expect((await ci.run(`serve backup ${join(ci.cwd, 'mine.tar')}`)).document().error.code).toBe('AGENT_REFUSED');
  });

  it('comes back with its VM, and with its agent outside until a person resumes it', async () => {
    const { socket } = safe;
    await safe.kill();
    const home = moved('restored');
    const restored = await home.run(`serve restore ${file}`);
    expect(restored.document()).toMatchObject({
      ok: true,
      data: { home: home.folder, keys: 1, vms: 1, suspended: [{ name: 'ci', network: 'devnet', account: owner.address }] },
    });
    const next = (restored.document() as unknown as { next: { command: string }[] }).next.map(({ command }) => command);
    expect(next).toEqual([
      'aleph-agent ledger verify',
      'aleph-agent ledger take-over',
      'aleph-agent agents resume ci --network devnet',
      'aleph-agent serve',
    ]);
    expect(codeOf(await home.run(`serve restore ${file}`))).toBe('USAGE');
    safe = await serveSafe(home, { socket });
    for (const line of ['status', 'vm ls', 'vm destroy box', 'vm create more --ttl 1h --no-wait']) {
      expect([line, codeOf(await ci.run(line))]).toEqual([line, 'AGENT_REFUSED']);
    }
    expect((await home.must('vm ls'))['items']).toMatchObject([{ name: 'box', state: 'healthy' }]);
    expect(codeOf(await persistently(() => home.run('ledger verify')))).toBe('ok');
    expect(codeOf(await agreed(home, 'agents resume ci --network devnet'))).toBe('ok');
    expect(codeOf(await persistently(() => ci.run('vm create more --ttl 1h --timeout 30m')))).toBe('ok');
    for (const name of ['box', 'more']) expect(codeOf(await persistently(() => ci.run(`vm destroy ${name} --timeout 10m`)))).toBe('ok');
    expect(brokenRecords(home, await devnet.bills())).toEqual([]);
  });

  it.each(['agents.set:before', 'agents.set:after'])(
    'killed at %s a restore leaves an empty home, and the next one is whole',
    async (crash) => {
      const home = moved(`killed-${crash.split(':')[1]}`);
      const victim = await home.run(`serve restore ${file}`, { env: { ALEPH_AGENT_CRASH: crash } });
      expect(victim.signal).toBe('SIGKILL');
      expect(['keys', 'ledger.sqlite', 'settings.json'].filter((name) => existsSync(join(home.folder, name)))).toEqual([]);
      expect(codeOf(await home.run(`serve restore ${file}`))).toBe('ok');
      expect(home.ledger((ledger) => ledger.agents().map(({ name, suspendedAt }) => [name, suspendedAt !== null]))).toEqual([['ci', true]]);
      expect(home.ledger((ledger) => ledger.firstBrokenLink())).toBeNull();
    },
  );

  it('later than the backup the network has seen spends: nothing is spent until a person takes over', async () => {
    // of one account only one safe is ever served
    await safe.kill();
    const home = moved('old');
    await home.must(`serve restore ${file}`);
    expect(codeOf(await persistently(() => home.run('vm create late --ttl 1h --no-wait')))).toBe('LEDGER_ROLLED_BACK');
    expect(codeOf(await agreed(home, 'ledger take-over'))).toBe('ok');
    expect(codeOf(await persistently(() => home.run('vm create late --ttl 1h --no-wait')))).toBe('ok');
    expect(codeOf(await persistently(() => home.run('vm destroy late --timeout 10m')))).toBe('ok');
  });
});
