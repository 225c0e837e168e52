import { createPrivateKey, X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notRoots } from '../../../src/adapters/host/not-roots.ts';
import { readInvitation } from '../../../src/domain/agents/invitation.ts';
import type { Ended } from '../../support/aleph-process.ts';
import { persistently } from '../../support/crash/crash-case.ts';
import { type AlephHome, type DevnetProcess, startDevnet } from '../../support/devnet/devnet-process.ts';
import { type Home, homeAt } from '../../support/home.ts';
import { serveSafe } from '../../support/safe/served-safe.ts';
import { certifiedBy, localhostAuthority, localhostFiles } from '../../support/safe/tls-fixtures.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const codeOf = (ended: Ended): string => (ended.document().ok ? 'ok' : ended.document().error.code);

let devnet: DevnetProcess;
let owner: AlephHome;
beforeAll(async () => {
  devnet = await startDevnet({ nodes: 6 });
  owner = await devnet.home('5');
});
afterAll(() => devnet.close());

const filesOf = ({ folder }: AlephHome) => ({ key: join(folder, 'safe', 'key.pem'), certificate: join(folder, 'safe', 'certificate.pem') });
const certificateOf = (home: AlephHome) => new X509Certificate(readFileSync(filesOf(home).certificate));

/** The status of an answer by TLS, whoever gives it. */
const asked = (url: string, path: string, headers: Record<string, string>, body = ''): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method: body === '' ? 'GET' : 'POST', headers, rejectUnauthorized: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });

it('an agent of another machine joins by TLS, makes a VM, and knows the safe again when it is served anew, with a renewed certificate', async () => {
  const first = await serveSafe(owner, { flags: '--listen 127.0.0.1:0' });
  const { url, pin } = first.tls!;
  expect(statSync(filesOf(owner).key).mode & 0o777).toBe(0o600);
  expect(readInvitation(await first.invite('other', '--budget 1 --via socket'))).toMatchObject({ url: `unix:${first.socket}`, pin: null });
  expect(readInvitation(await first.invite('third'))).toMatchObject({ url, pin, uid: null });
  const ci: Home = await first.agent('ci');
  expect(JSON.parse(readFileSync(join(ci.folder, 'joined.json'), 'utf8'))).toMatchObject({ url, pin, agent: 'ci' });
  const made = await persistently(() => ci.run('vm create box --ttl 1h --timeout 30m'));
  expect(made.document().data, made.stdout).toMatchObject({ name: 'box', state: 'healthy' });
  expect((await ci.run('whoami')).document().data).toMatchObject({ agent: 'ci', slice: { live: 1 } });

  // bounds and refusals are those of the socket
  expect(await asked(url, '/v1/whoami', {})).toBe(401);
  expect(await asked(url, '/v1/join', { 'content-type': 'application/json' }, 'x'.repeat(70_000))).toBe(400);
  // who has no token is heard no further
  expect(await asked(url, '/v1/call', { 'content-type': 'application/json' }, 'x'.repeat(70_000))).toBe(401);
  await first.kill();
  expect(codeOf(await ci.run('status'))).toBe('SAFE_UNREACHABLE');

  // as if it had been made a year ago
  const key = createPrivateKey(readFileSync(filesOf(owner).key));
  writeFileSync(filesOf(owner).certificate, certifiedBy(key, { from: Date.now() - 2000, until: Date.now() - 1000 }).cert);
  const before = certificateOf(owner).serialNumber;
  const again = await serveSafe(owner, { flags: `--listen ${url.slice('https://'.length)}` });
  expect(again.tls).toEqual(first.tls);
  expect(certificateOf(owner).serialNumber).not.toBe(before);
  expect((await ci.run('whoami')).document().data).toMatchObject({ agent: 'ci' });
  await again.close();

  // another safe at the same address
  const stranger = await devnet.home('5');
  const imposter = await serveSafe(stranger, { flags: `--listen ${url.slice('https://'.length)}` });
  const refused = (await ci.run('status')).document().error;
  expect(refused).toMatchObject({ code: 'SAFE_UNREACHABLE', sideEffects: 'none', facts: { expected: pin, found: imposter.tls!.pin } });
  expect(refused.message).toContain('nothing was sent');
  await imposter.close();
});

/** Where root has put the sources and their folders, the authority among the fixtures is one that the machine trusts. */
const isOfTheMachine = notRoots(localhostAuthority) === null;

it(`with the owner’s certificate there is no pin, and roots count that are this machine’s alone${isOfTheMachine ? '' : ' (the latter is skipped)'}`, async () => {
  const { certificate, key } = localhostFiles(temporaryHome());
  const safe = await serveSafe(owner, { flags: `--listen localhost:0 --tls-cert ${certificate} --tls-key ${key}` });
  expect(safe.tls).toEqual({ url: expect.stringMatching(/^https:\/\/localhost:\d+$/), pin: null, uid: null });
  const invitation = await safe.invite('by-name');
  expect(readInvitation(invitation)).toMatchObject({ url: safe.tls!.url, pin: null });
  const { ALEPH_AGENT_DEVNET: _, ...env } = owner.env;
  const home = homeAt(join(temporaryHome(), 'home'), { ...env, ALEPH_AGENT_NETWORK: '' });
  // in a folder where everybody may write
  const planted = join(temporaryHome(), 'ca.pem');
  copyFileSync(localhostAuthority, planted);
  for (const more of [{}, { NODE_EXTRA_CA_CERTS: planted, NODE_TLS_REJECT_UNAUTHORIZED: '0' }]) {
    const { error } = (await home.run('join -', { stdin: invitation, env: more })).document();
    expect(error).toMatchObject({ code: 'SAFE_UNREACHABLE', sideEffects: 'none' });
    expect(error.message).toContain('shows a certificate that does not fit (UNABLE_TO_VERIFY_LEAF_SIGNATURE), and nothing was sent');
  }
  if (isOfTheMachine) {
    const env = { NODE_EXTRA_CA_CERTS: localhostAuthority };
    expect(await home.must('join -', { stdin: invitation, env })).toMatchObject({ agent: 'by-name' });
    expect(codeOf(await home.run('whoami', { env }))).toBe('ok');
    expect(codeOf(await home.run('whoami'))).toBe('SAFE_UNREACHABLE');
  }
  await safe.close();
});

it('what cannot be served by TLS is said before anything listens', async () => {
  const { certificate, key } = localhostFiles(temporaryHome());
  const refused = async (flags: string): Promise<string> => {
    const { error } = (await owner.run(`serve --socket ${join(temporaryHome(), 'run', 's')} ${flags}`)).document();
    return `${error.code} ${error.message}`;
  };
  expect(await refused('--listen 0.0.0.0:8443')).toContain('USAGE --listen "0.0.0.0:8443" is every address of this machine');
  expect(await refused(`--listen 127.0.0.1:0 --tls-cert ${certificate} --tls-key ${key}`)).toBe(
    `USAGE --tls-cert "${certificate}" is not right: it is for DNS:localhost, and agents come to 127.0.0.1.`,
  );
  const safe = await serveSafe(owner);
  expect(codeOf(await owner.run('agents add nobody --budget 1 --via tls --dry-run'))).toBe('USAGE');
  expect(codeOf(await owner.run('agents add nobody --budget 1 --dry-run'))).toBe('ok');
  await safe.close();
});
