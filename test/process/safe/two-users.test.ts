import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ended, OsUser } from '../../support/aleph-process.ts';
import { agreed, brokenRecords, persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, homeAt } from '../../support/home.ts';
import { asUser, makesOsUsers, osUsers } from '../../support/safe/os-users.ts';
import { writeKey } from '../../support/write-key.ts';

const canTry = makesOsUsers();
if (!canTry) process.stderr.write('test/process/safe/two-users: not tried, as making OS users takes root on Linux\n');

/** A slice that one VM for an hour fits into, and no second one. */
const slice = '--budget 0.02 --max-vms 5 --max-ttl 2h';

describe.skipIf(!canTry)('the agent is another OS user than the safe (safe.md §7.1)', () => {
  let made: ReturnType<typeof osUsers>;
  let base: string;
  let devnet: DevnetProcess;
  let owner: AlephHome;
  let agent: Home;
  let thief: OsUser;
  let safePid: number;
  let socket: string;
  let ended: Promise<unknown>;

  beforeAll(async () => {
    const suffix = String(process.pid);
    made = osUsers(`aasafe${suffix}`, `aaagent${suffix}`);
    const [keeper, other] = made.users as [OsUser, OsUser];
    thief = other;
    base = mkdtempSync(join(tmpdir(), 'two-'));
    chmodSync(base, 0o755);
    devnet = await startDevnet({ nodes: 6 });
    const env = { ALEPH_AGENT_DEVNET: devnet.control, ALEPH_AGENT_OUTPUT: 'json', ALEPH_AGENT_COMPILED: '' };
    const home = homeAt(join(base, 'safe'), env, keeper);
    const key = await writeKey(home.folder, null);
    execFileSync('chown', ['-R', `${keeper.uid}:${keeper.gid}`, home.folder]);
    owner = { ...home, ...key };
    await devnet.fund(key.address, '5');
    const served = owner.start('serve');
    safePid = served.child.pid!;
    ended = served.ended;
    const said = await new Promise<string>((resolve, reject) => {
      served.child.stdout!.once('data', (chunk: Buffer) => resolve(String(chunk)));
      void served.ended.then(({ stdout, stderr }) => reject(new Error(`serve ended: ${stdout}${stderr}`)), reject);
    });
    socket = String(/"path":"([^"]+)"|unix:([^"]+)/.exec(said)?.slice(1).find(Boolean));
    expect(socket).toMatch(/^\/.+\.sock$/);
    const added = await agreed(owner, `agents add ci ${slice}`);
    const { ALEPH_AGENT_DEVNET: _, ...rest } = env;
    agent = homeAt(join(base, 'agent'), { ...rest, ALEPH_AGENT_NETWORK: '' }, other);
    await agent.must('join -', { stdin: String(added.document().data.invitation) });
  });
  afterAll(async () => {
    process.kill(safePid, 'SIGTERM');
    await ended;
    await devnet.close();
    made.remove();
    rmSync(base, { recursive: true, force: true });
  });

  const codeOf = (ended: Ended): string => (ended.exit === 0 ? 'ok' : ended.document().error.code);
  const spent = (): string[] => owner.ledger((ledger) => ledger.vms().map(({ name, agent: whose }) => `${whose} ${name}`));

  it('works within its slice, through the socket', async () => {
    const ran = await persistently(() => agent.run('vm create box --ttl 1h --no-wait'));
    expect(ran.exit, ran.stdout).toBe(0);
    expect(spent()).toEqual(['ci box']);
  });

  it('reads nothing of the safe: home, key, ledger, certificate, memory, environment', () => {
    const { folder, privateKey } = owner;
    const proc = `/proc/${safePid}`;
    for (const path of [folder, join(folder, 'ledger.sqlite'), join(folder, 'keys'), join(folder, 'safe'), join(folder, 'ssh')]) {
      expect([path, asUser(thief, `ls -l '${path}'/ || cat '${path}'`).said]).toEqual([path, expect.stringMatching(/Permission denied/)]);
    }
    expect(asUser(thief, `find '${folder}' -type f -readable 2>/dev/null`).said).toBe('');
    for (const file of ['environ', 'mem', 'maps', 'auxv', 'syscall', 'stack']) {
      expect([file, asUser(thief, `head -c 1 ${proc}/${file}`).exit]).toEqual([file, 1]);
    }
    for (const link of ['cwd', 'root', 'exe']) expect([link, asUser(thief, `readlink ${proc}/${link}`).exit]).toEqual([link, 1]);
    expect(asUser(thief, `ls ${proc}/fd`).exit).not.toBe(0);
    const seen = asUser(thief, `cat ${proc}/cmdline ${proc}/status ${proc}/stat; ps -o args= -p ${safePid}`).said;
    expect(seen).not.toContain(privateKey.slice(2, 20));
    expect(asUser(thief, `kill -0 ${safePid}`).exit).not.toBe(0);
  });

  it('puts nothing in the place of the socket, and into no file of the safe or of the program', () => {
    for (const text of [
      `rm -f '${socket}' && touch '${socket}'`,
      `mv '${socket}' '${socket}.old'`,
      `touch '${join(socket, '..', 'other.sock')}'`,
      `touch '${join(owner.folder, 'policy.json')}'`,
      `echo >>'${join(import.meta.dirname, '../../../dist/main.js')}'`,
      `ls '${join(socket, '..')}'`,
    ]) {
      expect([text, asUser(thief, text).exit]).not.toEqual([text, 0]);
    }
  });

  it('S-20 to S-29: no home, policy, network, clock or proxy of its own brings it above the slice', async () => {
    const before = spent();
    const dear = 'vm create more --ttl 1h --no-wait --request-id two';
    const own = join(base, 'agent.machine', 'own');
    const tries: Record<string, Readonly<Record<string, string>>> = {
      'as it is': {},
      'the safe’s home': { ALEPH_AGENT_HOME: owner.folder },
      'a home of its own, with the token in a file of the environment': {
        ALEPH_AGENT_HOME: own,
        ALEPH_AGENT_TOKEN_FILE: join(agent.folder, 'joined.json'),
      },
      'another network': { ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: devnet.control },
      'another account and payer': { ALEPH_AGENT_ACCOUNT: 'agent', ALEPH_AGENT_PAYER: owner.address },
      'a proxy': { HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9' },
      'another clock': { ALEPH_AGENT_DEVNET: 'http://127.0.0.1:9' },
      'a task of its own': { ALEPH_AGENT_TASK: 'free' },
    };
    const refusal: Readonly<Record<string, string>> = { 'the safe’s home': 'CONFIG_INVALID', 'another account and payer': 'USAGE' };
    for (const [name, env] of Object.entries(tries)) {
      const ran = await agent.run(dear, { env });
      expect([name, codeOf(ran)]).toEqual([name, refusal[name] ?? 'TOTAL_LIMIT']);
    }
    for (const line of [
      'vm extend box --by 6h',
      'vm create x --ttl 3h --no-wait',
      'vm create x --cu 2 --ttl 1h --no-wait',
      'vm redeploy box --no-wait',
    ]) {
      const ran = await agent.run(line);
      expect([line, codeOf(ran)]).not.toEqual([line, 'ok']);
    }
    for (const line of ['policy set --max-total 100', 'approve ap_x', 'agents add me --budget 9', 'keys show', 'ledger ls', 'thaw']) {
      expect((await agent.run(line)).exit, line).not.toBe(0);
    }
    expect(spent()).toEqual(before);
    expect(brokenRecords(owner, await devnet.bills())).toEqual([]);
  });

  it('has a token that says nothing to the owner’s ledger but its hash', () => {
    const { token } = JSON.parse(readFileSync(join(agent.folder, 'joined.json'), 'utf8')) as { token: string };
    expect(owner.ledger((ledger) => JSON.stringify(ledger.agents()))).not.toContain(token);
  });
});
