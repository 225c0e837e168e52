import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { notRoots } from '../../../src/adapters/host/not-roots.ts';
import { openSurroundings } from '../../../src/adapters/host/open-surroundings.ts';

const isRoot = process.getuid?.() === 0;
// below a folder of root's: what lies in /tmp anybody could have put there
const base = '/var';

describe.runIf(isRoot)('S-27: what is root’s (needs root)', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(base, 'aleph-agent-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'certs'));
    file = join(folder, 'certs', 'ca.pem');
    writeFileSync(file, '', { mode: 0o644 });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is a file that nobody else could have written or put there', () => {
    expect(notRoots(file)).toBeNull();
    expect(notRoots(join(folder, 'certs'))).toBeNull();
  });

  it.each([
    ['another user’s file', () => chownSync(file, 12_345, 0), 'belongs to user 12345'],
    ['a file that others may write', () => chmodSync(file, 0o646), 'may write'],
    ['a file that its group may write', () => chmodSync(file, 0o664), 'may write'],
    ['another user’s folder', () => chownSync(join(folder, 'certs'), 12_345, 0), 'belongs to user 12345'],
    ['a folder that others may write', () => chmodSync(folder, 0o777), 'may write'],
    ['a folder that others may write, sticky', () => chmodSync(folder, 0o1777), 'may write'],
    ['nothing', () => rmSync(file), 'is not there'],
  ])('is not %s', (_what, spoil, why) => {
    spoil();
    expect(notRoots(file)).toContain(why);
  });

  it('follows links, each with its folder', () => {
    const link = join(folder, 'link.pem');
    symlinkSync('certs/ca.pem', link);
    expect(notRoots(link)).toBeNull();
    const open = mkdtempSync(join(tmpdir(), 'aleph-agent-'));
    symlinkSync(file, join(open, 'ca.pem'));
    expect(notRoots(join(open, 'ca.pem'))).toContain('may write');
    const around = join(folder, 'around.pem');
    symlinkSync(join(open, 'ca.pem'), around);
    expect(notRoots(around)).toContain('may write');
    symlinkSync('loop', join(folder, 'loop'));
    expect(notRoots(join(folder, 'loop'))).toContain('without an end');
    rmSync(open, { recursive: true });
  });

  it('a variable that names it is trusted, one that names anything else is not', () => {
    const own = join(tmpdir(), 'ca.pem');
    const said = (env: Record<string, string>) => openSurroundings(env).untrusted()?.variable ?? null;
    expect(said({ NODE_EXTRA_CA_CERTS: file, SSL_CERT_FILE: file, SSL_CERT_DIR: join(folder, 'certs') })).toBeNull();
    for (const variable of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR']) expect(said({ [variable]: own })).toBe(variable);
    expect(said({ SSL_CERT_DIR: `${join(folder, 'certs')}:${own}` })).toBe('SSL_CERT_DIR');
  });
});

describe('S-27: an environment', () => {
  it('with NODE_OPTIONS is untrusted whatever they are; empty variables say nothing', () => {
    const said = (env: Record<string, string>) => openSurroundings(env).untrusted()?.variable ?? null;
    expect(said({ NODE_OPTIONS: '--max-old-space-size=100' })).toBe('NODE_OPTIONS');
    expect(said({ NODE_OPTIONS: ' ', NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '', SSL_CERT_DIR: '' })).toBeNull();
    expect(said({ NODE_EXTRA_CA_CERTS: 'ca.pem' })).toBe('NODE_EXTRA_CA_CERTS');
    expect(openSurroundings({ SSL_CERT_DIR: '/etc/ssl', NODE_OPTIONS: '' }).extraRoots()).toEqual(['SSL_CERT_DIR']);
  });
});

it('a proxy is for hosts that are not this machine, and has to be an http URL', () => {
  const { proxyTo } = openSurroundings({ HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: 'a.example' });
  expect(proxyTo('safe.example')).toEqual({ url: 'http://proxy.example:3128/', noProxy: 'a.example' });
  expect(['localhost', '127.0.0.1', '[::1]'].map(proxyTo)).toEqual([null, null, null]);
  expect(openSurroundings({}).proxyTo('safe.example')).toBeNull();
  expect(() => openSurroundings({ HTTPS_PROXY: 'proxy' }).proxyTo('safe.example')).toThrow('HTTPS_PROXY is not right');
});
