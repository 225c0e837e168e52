import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binary } from '../support/binary.ts';
import { type ConnectProxy, connectProxy } from '../support/connect-proxy.ts';
import { lonelyHome } from '../support/home.ts';

/** Only root may put another /etc before the program, in a mount namespace of its own. Elsewhere this is skipped, and said to be. */
const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;

interface Answered {
  exit: number | null;
  error: { code: string; message: string; sideEffects: string; facts: Record<string, unknown> };
}

describe('an agent that prepares the environment of the program, on the public network', { timeout: 120_000 }, () => {
  let home: ReturnType<typeof lonelyHome>;
  let proxy: ConnectProxy;
  let etc: string;
  beforeAll(async () => {
    if (!mayMount) return;
    home = lonelyHome();
    proxy = await connectProxy({});
    await home.must('keys create main --unencrypted --network mainnet');
    etc = join(home.cwd, 'etc');
    mkdirSync(join(etc, 'aleph-agent'), { recursive: true, mode: 0o755 });
    writeFileSync(join(etc, 'aleph-agent', 'policy.json'), JSON.stringify({ limits: { maxVms: 2 } }));
    writeFileSync(join(home.cwd, 'ca.pem'), 'an authority of the agent');
  });
  afterAll(async () => {
    await proxy?.close();
    home?.close();
  });

  /** Runs a line where the machine has a policy of its own, with a proxy of the agent's between it and every host. */
  const run = (line: string, more: Readonly<Record<string, string>>): Promise<Answered> => {
    const env = { ...home.env, ALEPH_AGENT_NETWORK: 'mainnet', ALEPH_AGENT_TIMEOUT: '10s', HTTPS_PROXY: proxy.url, ...more };
    const inner = ['sh', '-c', 'mount --bind "$1" /etc && shift && exec "$@"', 'sh', etc, process.execPath, binary];
    const words = ['--mount', '--propagation', 'private', ...inner, ...line.split(' '), '--json'];
    // not synchronous: the proxy lives in this process
    return new Promise((done) => {
      const child = execFile('unshare', words, { env, cwd: home.cwd }, (_problem, stdout) => {
        done({ exit: child.exitCode, error: (JSON.parse(stdout) as Answered).error });
      });
    });
  };

  it.runIf(mayMount).each([
    ['NODE_EXTRA_CA_CERTS', () => join(home.cwd, 'ca.pem')],
    ['SSL_CERT_FILE', () => join(home.cwd, 'ca.pem')],
    ['SSL_CERT_DIR', () => home.cwd],
    ['NODE_OPTIONS', () => '--no-warnings'],
  ])('S-27 with %s nothing is spent, before anything leaves (root only)', async (variable, value) => {
    proxy.asked.length = 0;
    for (const line of ['vm create ci --ttl 1h', 'vm create ci --ttl 1h --dry-run --network mainnet']) {
      const { exit, error } = await run(line, { [variable]: value() });
      expect({ exit, ...error }).toMatchObject({ exit: 9, code: 'ENVIRONMENT_UNTRUSTED', sideEffects: 'none', facts: { variable } });
    }
    expect(proxy.asked).toEqual([]);
  });

  it.runIf(mayMount)('S-27 reading goes on in it, and without it the create gets as far as the network (root only)', async () => {
    proxy.asked.length = 0;
    expect(await run('credits prices', { NODE_EXTRA_CA_CERTS: join(home.cwd, 'ca.pem') })).toMatchObject({ exit: 6 });
    expect(proxy.asked.length).toBeGreaterThan(0);
    proxy.asked.length = 0;
    expect(await run('vm create ci --ttl 1h', {})).toMatchObject({ exit: 6 });
    expect(proxy.asked.length).toBeGreaterThan(0);
  });
});
