import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { checkNetwork } from '../../../src/adapters/settings/check-network.ts';
import { networkName } from '../../../src/adapters/settings/network-name.ts';
import { openSettings } from '../../../src/adapters/settings/open-settings.ts';
import { resolveNetwork } from '../../../src/adapters/settings/resolve-network.ts';
import type { Settings } from '../../../src/ports/settings.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const mainnet = {
  ccn: ['https://main.example'],
  crnsList: 'https://l.example',
  scheduler: 'https://s.example',
  private: false,
  rpc: null,
  control: null,
};
const lab = { ccn: ['https://ccn.example'], crnsList: 'https://list.example/crns.json', scheduler: 'https://scheduler.example' };

/** Serves a devnet's endpoints document. */
const serve = async (document: (origin: string) => unknown) => {
  const server = createServer((_request, response) => response.end(JSON.stringify(document(origin))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => void server.close());
  return origin;
};
const endpoints = (origin: string) => ({
  ccn: `${origin}/a`,
  ccns: [`${origin}/a`, `${origin}/b`],
  crnsList: `${origin}/list`,
  scheduler: `${origin}/s`,
  control: origin,
});
const devnet = (origin: string) => ({ endpoints: endpoints(origin), accounts: [] });

const resolve = (
  name: string,
  { env = {}, running, settings = {} }: { env?: Record<string, string>; running?: unknown; settings?: unknown } = {},
) => {
  const home = temporaryHome();
  const files = privateFiles();
  writeFileSync(join(home, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  if (running !== undefined) files.create(join(home, 'devnet', 'running.json'), JSON.stringify(running));
  else mkdirSync(join(home, 'devnet'));
  const opened = openSettings({ file: join(home, 'settings.json'), files, ignored: false });
  return resolveNetwork({ name, env, settings: opened, mainnet, devnetFolder: join(home, 'devnet'), files, fetch: globalThis.fetch });
};

describe('the name of the network', () => {
  it.each(['mainnet', 'devnet', 'lab'])('is known: %s', (name) => {
    const networks = { lab: { ...lab, rpc: null, control: null } };
    expect(checkNetwork(name, { networks: () => networks } as unknown as Settings, mainnet, true)).toBeUndefined();
  });

  it('is refused where nothing stands behind it, with the nearest', () => {
    const settings = { networks: () => ({}) } as unknown as Settings;
    expect(() => checkNetwork('mainet', settings, mainnet, false)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: { facts: { network: 'mainet', nearest: ['mainnet', 'devnet'] } } }),
    );
  });

  it.each([
    ['mainnet', null, {}],
    ['devnet', null, { ALEPH_AGENT_NETWORK: 'devnet' }],
    ['lab', 'lab', { ALEPH_AGENT_NETWORK: 'devnet', ALEPH_AGENT_DEVNET: 'http://127.0.0.1:1' }],
    ['devnet', null, { ALEPH_AGENT_DEVNET: 'http://127.0.0.1:1' }],
    ['devnet', null, { ALEPH_AGENT_DEVNET: 'http://127.0.0.1:1', ALEPH_AGENT_NETWORK: 'devnet' }],
    ['mainnet', null, { ALEPH_AGENT_DEVNET: '', ALEPH_AGENT_NETWORK: '' }],
  ])('is %s for flag %s and %o', (name, flag, env) => {
    expect(networkName({ flag, env })).toBe(name);
  });

  it('is not guessed where the variables contradict each other', () => {
    const env = { ALEPH_AGENT_NETWORK: 'mainnet', ALEPH_AGENT_DEVNET: 'http://127.0.0.1:1' };
    expect(() => networkName({ flag: null, env })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('a network by name', () => {
  it('is mainnet by the hosts that are handed in', async () => {
    expect(await resolve('mainnet')).toEqual({ name: 'mainnet', hosts: mainnet, token: null, id: '' });
  });

  it('is another by the settings', async () => {
    expect(await resolve('lab', { settings: { networks: { lab } } })).toEqual({
      name: 'lab',
      hosts: { ...lab, private: false, rpc: null, control: null },
      token: null,
      id: '',
    });
    await expect(resolve('lbb', { settings: { networks: { lab } } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('lab'),
    });
    await expect(resolve('toString')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is the devnet that runs in this home, with its token', async () => {
    const origin = await serve(devnet);
    const running = { endpoints: endpoints(origin), token: 'secret', pid: 1 };
    expect(await resolve('devnet', { running })).toEqual({
      name: 'devnet',
      hosts: {
        ccn: [`${origin}/a`, `${origin}/b`],
        crnsList: `${origin}/list`,
        scheduler: `${origin}/s`,
        private: true,
        rpc: null,
        control: origin,
      },
      token: 'secret',
      id: '',
    });
  });

  it.each([
    ['a CCN of mainnet', { ...lab, ccn: ['https://ccn.example', 'https://main.example:8443/x'] }],
    ['mainnet’s list of CRNs, spelt otherwise', { ...lab, crnsList: 'https://L.example./other' }],
    ['mainnet’s scheduler as its CCN', { ...lab, ccn: ['https://s.example'] }],
    ['a host of another network', { ...lab, scheduler: 'https://other.example' }],
  ])('S-26 is refused where it has %s: under a second name there would be a second policy', async (_, hosts) => {
    const other = { ccn: ['https://other.example'], crnsList: 'https://o-list.example', scheduler: 'https://o-sched.example' };
    await expect(resolve('lab', { settings: { networks: { lab: hosts, other } } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/^The network "lab" has the host \S+ of (mainnet|other)/),
    });
    expect(await resolve('mainnet', { settings: { networks: { lab: hosts, other } } })).toMatchObject({ hosts: mainnet });
  });

  it.each([
    ['a CCN on this machine', { ...lab, ccn: ['https://ccn.example', 'http://127.0.0.1:4024'] }, '127.0.0.1:4024'],
    ['a scheduler at a private address', { ...lab, scheduler: 'http://192.168.7.2:8080' }, '192.168.7.2:8080'],
    ['a node list under a private name', { ...lab, crnsList: 'https://list.lab.internal' }, 'list.lab.internal'],
    ['a CCN on this machine, dotted at its end', { ...lab, ccn: ['https://localhost.'] }, 'localhost.'],
    ['a CCN on this machine, as IPv6 writes it', { ...lab, ccn: ['https://[::ffff:127.0.0.1]'] }, '[::ffff:7f00:1]'],
  ])('R-09 with %s nothing is spent unless it is declared private', async (_, hosts, host) => {
    const refused = {
      code: 'CONFIG_INVALID',
      message: `The host ${host} of the network "lab" is not public, and the network is not declared private.`,
      details: expect.objectContaining({ fix: expect.objectContaining({ command: 'aleph-agent config set networks.lab.private true' }) }),
    };
    const check = (declared: object, spends: boolean) => () =>
      checkNetwork('lab', { networks: () => ({ lab: { ...hosts, ...declared } }) } as unknown as Settings, mainnet, spends);
    expect(check({}, true)).toThrow(expect.objectContaining(refused));
    // what looks and ends goes on, as before networks were declared
    expect(check({}, false)).not.toThrow();
    expect(check({ private: false }, false)).toThrow(expect.objectContaining(refused));
    expect(check({ private: true }, true)).not.toThrow();
    expect(await resolve('lab', { settings: { networks: { lab: hosts } } })).toMatchObject({ hosts: { ...hosts, private: false } });
    expect(await resolve('lab', { settings: { networks: { lab: { ...hosts, private: true } } } })).toEqual({
      name: 'lab',
      hosts: { ...hosts, private: true, rpc: null, control: null },
      token: null,
      id: '',
    });
  });

  it('R-09 two private networks on one machine of a private network are told apart by port', async () => {
    const at = (port: number) => ({
      ...lab,
      ccn: [`http://192.168.7.2:${port}`],
      crnsList: `http://192.168.7.2:${port}/crns`,
      scheduler: `http://192.168.7.2:${port}/s`,
      private: true,
    });
    const networks = { lab: at(4024), other: at(5024) };
    expect(await resolve('lab', { settings: { networks } })).toMatchObject({ hosts: networks.lab });
    const same = { lab: at(4024), other: { ...at(4024), ccn: ['http://127.0.0.1:4024'] } };
    await expect(resolve('lab', { settings: { networks: same } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('R-09 mainnet’s hosts are not taken for those of a private network', async () => {
    const hosts = { ...lab, ccn: ['http://127.0.0.1:4024', 'https://main.example'], private: true };
    await expect(resolve('lab', { settings: { networks: { lab: hosts } } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('has the host main.example of mainnet'),
    });
  });

  it('S-26 is told from another devnet by its identity', async () => {
    const id = 'ab'.repeat(16);
    const origin = await serve((url) => ({ ...devnet(url), id }));
    expect(await resolve('devnet', { env: { ALEPH_AGENT_DEVNET: origin } })).toMatchObject({ id });
    const control = { ...lab, control: origin };
    expect(await resolve('lab', { settings: { networks: { lab: control } } })).toMatchObject({ id });
  });

  it('is the devnet that ALEPH_AGENT_DEVNET points at, without the token of another', async () => {
    const origin = await serve(devnet);
    const running = { endpoints: endpoints('http://127.0.0.1:1'), token: 'secret', pid: 1 };
    expect(await resolve('devnet', { env: { ALEPH_AGENT_DEVNET: `${origin}/` }, running })).toMatchObject({
      hosts: { control: `${origin}/` },
      token: null,
    });
  });

  it('is no devnet where none runs, answers, or is one', async () => {
    await expect(resolve('devnet')).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
    await expect(resolve('devnet', { running: { endpoints: endpoints('http://127.0.0.1:1'), token: 't', pid: 1 } })).rejects.toMatchObject({
      code: 'DEVNET_NOT_RUNNING',
    });
    const other = await serve(() => ({ hello: 'world' }));
    await expect(resolve('devnet', { env: { ALEPH_AGENT_DEVNET: other } })).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
    await expect(resolve('devnet', { running: { pid: 'x' } })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('takes no devnet that is, or sends us, off this machine', async () => {
    for (const url of ['https://127.0.0.1:1', 'http://example.com', 'http://127.0.0.1.example.com', 'http://user@127.0.0.1', 'nonsense']) {
      await expect(resolve('devnet', { env: { ALEPH_AGENT_DEVNET: url } })).rejects.toMatchObject({ code: 'USAGE' });
    }
    const liar = await serve((origin) => ({ endpoints: { ...endpoints(origin), scheduler: 'http://192.0.2.1' } }));
    await expect(resolve('devnet', { env: { ALEPH_AGENT_DEVNET: liar } })).rejects.toMatchObject({ code: 'DEVNET_NOT_RUNNING' });
  });
});
