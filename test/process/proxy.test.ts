import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConnectProxy, connectProxy, testAuthority } from '../support/connect-proxy.ts';
import { type DevnetWorld, devnetWorld } from '../support/devnet/devnet-world.ts';

describe('proxies of the environment (conventions.md §7)', () => {
  let world: DevnetWorld;
  let proxy: ConnectProxy;
  const lab = (more: Record<string, string> = {}): Record<string, string> => ({
    ALEPH_AGENT_NETWORK: 'lab',
    ALEPH_AGENT_TIMEOUT: '20s',
    NODE_EXTRA_CA_CERTS: testAuthority,
    ...more,
  });
  beforeAll(async () => {
    world = await devnetWorld('--nodes 6 --seed 7 --guests banner');
    const { ccns } = world.devnet.data.endpoints;
    proxy = await connectProxy({ 'ccn-a': ccns[0]!, 'ccn-b': ccns[1]! });
    await world.must('config set networks.lab.ccn https://ccn-a.lab.example,https://ccn-b.lab.example');
    await world.must('config set networks.lab.crnsList https://list.lab.example');
    await world.must('config set networks.lab.scheduler https://scheduler.lab.example');
    await world.must('keys create lab --unencrypted --network lab');
  });
  afterAll(async () => {
    await proxy.close();
    await world.close();
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])('%s carries every request, in a tunnel with the host’s own certificate', async (name) => {
    proxy.asked.length = 0;
    const ran = await world.run('credits balance --json', { env: lab({ [name]: proxy.url }) });
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(proxy.asked.length).toBeGreaterThan(0);
    expect([...new Set(proxy.asked)].sort()).toEqual(expect.arrayContaining(['ccn-a.lab.example:443']));
    expect(proxy.asked.every((target) => target.endsWith('.lab.example:443'))).toBe(true);
  });

  it('a password of the proxy goes to the proxy alone', async () => {
    const ran = await world.run('credits balance --json --debug', {
      env: lab({ HTTPS_PROXY: proxy.url.replace('//', '//agent:hunter2@') }),
    });
    expect(ran.exit).toBe(0);
    expect(proxy.authorization).toBe(`Basic ${Buffer.from('agent:hunter2').toString('base64')}`);
    expect(ran.stdout + ran.stderr).not.toMatch(/hunter2|aGVyMj|aHVudGVy/);
  });

  it('a host whose certificate nobody vouches for is not believed through a proxy either', async () => {
    for (const more of [{ NODE_EXTRA_CA_CERTS: '' }, { NODE_EXTRA_CA_CERTS: '', NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
      const ran = await world.run('crns ls --json', { env: lab({ HTTPS_PROXY: proxy.url, ...more }) });
      expect(ran.exit).toBe(6);
    }
  });

  it('NO_PROXY is gone past: the name is looked for from here', async () => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      proxy.asked.length = 0;
      const ran = await world.run('credits balance --json', { env: lab({ HTTPS_PROXY: proxy.url, [name]: '.lab.example' }) });
      expect(ran.exit).toBe(6);
      expect(proxy.asked).toEqual([]);
    }
  });

  it('a devnet on this machine is never asked through one', async () => {
    proxy.asked.length = 0;
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url, https_proxy: proxy.url, http_proxy: proxy.url };
    expect(await world.run('crns ls --json', { env })).toMatchObject({ exit: 0 });
    expect(proxy.asked).toEqual([]);
  });

  it('what is no proxy is refused by name, without what it holds, and a call that needs no network does not mind', async () => {
    for (const value of ['socks5://user:hunter2@127.0.0.1:1', 'nonsense hunter2']) {
      const ran = await world.run('credits balance --json', { env: lab({ HTTPS_PROXY: value }) });
      expect(ran.exit).toBe(2);
      expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'USAGE', message: expect.stringContaining('HTTPS_PROXY') } });
      expect(ran.stdout).not.toContain('hunter2');
      expect((await world.run('vm ls --offline --json', { env: lab({ HTTPS_PROXY: value }) })).exit).toBe(0);
    }
  });

  it('a dead proxy is no network, and not gone around', async () => {
    const ran = await world.run('crns ls --json', { env: lab({ HTTPS_PROXY: 'http://127.0.0.1:9' }) });
    expect(ran.exit).toBe(6);
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { code: 'NETWORK_UNAVAILABLE' } });
  });
});
