import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { patient } from '../../support/home.ts';
import { servePage } from '../../support/page/served-page.ts';
import { asUser, makesOsUsers, osUsers } from '../../support/safe/os-users.ts';

const status = { command: 'status', input: {} };

describe('the page of a home, by HTTP as an agent speaks it (W-105, safe.md §6)', () => {
  let devnet: DevnetProcess;
  let home: AlephHome;
  beforeAll(async () => {
    devnet = await startDevnet({ nodes: 6 });
    home = await devnet.home('5');
    await home.must('vm create ci --ttl 2h --task nightly', { env: patient });
  });
  afterAll(() => devnet.close());

  it('opens by a file for this user alone; no secret of it stands in argv or in what is printed', async () => {
    const page = await servePage(home);
    const { file, readOnly, until } = page.said.data as { file: string; readOnly: boolean; until: string };
    expect([statSync(file).mode & 0o777, statSync(dirname(file)).mode & 0o777, readOnly]).toEqual([0o600, 0o700, true]);
    expect(Date.parse(until) - Date.now()).toBeLessThanOrEqual(60_000);
    expect(page.host).toMatch(/^127\.0\.0\.1:\d+$/);
    if (process.platform === 'linux') {
      for (const name of ['cmdline', 'environ']) expect(readFileSync(`/proc/${page.pid}/${name}`, 'utf8')).not.toContain(page.link);
    }
    const { stdout, stderr, exit } = await page.close();
    expect(stdout + stderr).not.toContain(page.link);
    expect([exit, existsSync(file)]).toEqual([0, false]);
  });

  it('a file that is there is not overwritten, and one that is named opens it', async () => {
    const taken = join(home.cwd, 'taken.html');
    writeFileSync(taken, 'mine');
    const refused = await home.run(['dashboard', '--file', taken]);
    expect([refused.document().error.code, readFileSync(taken, 'utf8')]).toEqual(['USAGE', 'mine']);
    const named = join(home.cwd, 'page.html');
    const page = await servePage(home, `--file ${named}`);
    await page.open();
    expect(existsSync(named)).toBe(false);
    // what lies there by then is somebody else's
    writeFileSync(named, 'mine');
    expect((await page.close()).exit).toBe(0);
    expect(readFileSync(named, 'utf8')).toBe('mine');
  });

  it('shows what the same commands print, and makes no change', async () => {
    const page = await servePage(home);
    const key = await page.open();
    const called = async (command: string, input: object = {}) => (await page.post('/call', { command, input }, key)).json();
    const [shown, printed] = [await called('vm ls'), await home.must('vm ls --full')];
    expect(shown.data.items).toMatchObject([{ name: 'ci', task: 'nightly', state: 'healthy' }]);
    expect(Object.keys(shown.data.items[0])).toEqual(Object.keys(printed.items[0]));
    const { account } = (await called('status')).data as { account: string };
    expect(account).toBe((await home.must('status --full')).account);
    for (const call of [
      { command: 'vm destroy', input: { vms: [shown.data.items[0].itemHash] }, typed: 'ci' },
      { command: 'freeze', input: {} },
      { command: 'policy set', input: { maxVms: 1 } },
    ]) {
      expect((await page.post('/call', call, key)).json().error.code).toBe('PAGE_REFUSED');
    }
    expect((await page.post('/approve', { approval: 'ap_1' }, key)).status).toBe(403);
    expect(await home.must('status --full')).toMatchObject({ live: 1, frozenSince: null });
    await page.close();
  });

  it('gives nothing to who has no link: no key, another name, another site, a proxy’s line', async () => {
    const page = await servePage(home);
    const key = await page.open();
    const at = `http://${page.host}`;
    const tries: [string, string, Record<string, string>][] = [
      ['POST', '/call', { origin: at }],
      ['POST', '/call', { origin: at, 'aleph-agent-page': 'x'.repeat(43) }],
      ['POST', '/call', { ...key }],
      ['POST', '/call', { ...key, origin: 'https://evil.example' }],
      ['POST', '/call', { ...key, origin: 'null' }],
      ['POST', '/call', { ...key, origin: at, host: `evil.example:${page.host.split(':')[1]}` }],
      ['POST', '/call', { ...key, origin: at, host: `localhost:${page.host.split(':')[1]}` }],
      ['GET', '/events', {}],
      ['GET', '/events', { ...key, 'sec-fetch-site': 'cross-site' }],
      ['POST', `${at}/call`, { ...key, origin: at }],
      ['POST', '//evil.example/call', { ...key, origin: at }],
      ['OPTIONS', '/call', { origin: 'https://evil.example', 'access-control-request-method': 'POST' }],
    ];
    for (const [method, path, headers] of tries) {
      const got = await page.send(method, path, {
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' ? { body: status } : {}),
      });
      expect([method, path, headers, got.status, got.text.includes(home.address)]).toEqual([method, path, headers, 403, false]);
      expect(Object.keys(got.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect((await page.post('/call', status, key)).json().ok).toBe(true);
    await page.close();
  });

  it('hundreds of silent connections keep nobody out', async () => {
    const page = await servePage(home);
    const sockets = Array.from({ length: 300 }, () => connect(Number(page.host.split(':')[1]), '127.0.0.1').on('error', () => {}));
    const key = await page.open();
    expect((await page.post('/call', status, key)).json().ok).toBe(true);
    for (const socket of sockets) socket.destroy();
    await page.close();
  });

  it('the link’s second use closes the page of whoever came first, alerts, and ends the program with 4', async () => {
    const log = join(home.cwd, 'alerted');
    writeFileSync(join(home.cwd, 'alert'), `#!/bin/sh\ncat >>'${log}'\n`, { mode: 0o755 });
    writeFileSync(join(home.folder, 'alerts.json'), JSON.stringify({ command: join(home.cwd, 'alert'), url: null, secret: 'x' }), {
      mode: 0o600,
    });
    const page = await servePage(home);
    const key = await page.open();
    expect((await page.post('/call', status, key)).json().ok).toBe(true);
    expect(existsSync(page.said.data.file)).toBe(false);
    await page.open().then(
      () => expect.unreachable(),
      () => {},
    );
    expect((await page.ended).exit).toBe(4);
    expect(JSON.parse(readFileSync(log, 'utf8'))).toMatchObject({ code: 'PAGE_OPENED_TWICE', account: home.address });
  });

  it.skipIf(!makesOsUsers())('another OS user reads neither the file nor anything at the port', async () => {
    const { users, remove } = osUsers('page-stranger');
    try {
      const page = await servePage(home);
      const stranger = users[0]!;
      expect(asUser(stranger, `cat '${page.said.data.file}'`)).toMatchObject({ exit: 1 });
      expect(asUser(stranger, `cat /proc/${page.pid}/environ`).exit).toBe(1);
      const ask = (path: string): string =>
        `fetch('http://${page.host}${path}', { method: 'POST', headers: { origin: 'http://${page.host}', 'content-type': 'application/json', 'aleph-agent-page': 'x' }, body: '{"command":"status"}' }).then((got) => console.log(got.status))`;
      expect(asUser(stranger, `'${process.execPath}' -e "${ask('/call').replaceAll('"', '\\"')}"`)).toEqual({ exit: 0, said: '403\n' });
      await page.close();
    } finally {
      remove();
    }
  });
});
