import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const tsx = join(root, 'node_modules/.bin/tsx');

describe('a release', () => {
  let folder: string;
  /** What one of its scripts says in this folder. */
  const script = (name: string, words: readonly string[] = []) => {
    const { status, stderr } = spawnSync(tsx, [join(root, 'scripts', name), ...words], { cwd: folder, encoding: 'utf8' });
    return { status, stderr };
  };
  const put = (path: string, value: object): void => writeFileSync(join(folder, path), JSON.stringify(value));
  const read = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8')) as Record<string, unknown>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aleph-agent-release-'));
    for (const path of ['package.json', 'release.json', 'plugins']) cpSync(join(root, path), join(folder, path), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is refused while nobody is named who publishes it', () => {
    put('release.json', { owner: 'OWNER', contact: 'CONTACT' });
    const refused = { status: 1, stderr: 'release.json does not say yet: owner, contact.\n' };
    expect(script('release-check.ts')).toEqual(refused);
    expect(script('release-check.ts', ['--publisher'])).toEqual(refused);
  });

  it('is refused before npm run release wrote what names publisher and version, and passes after', () => {
    put('release.json', { owner: 'somebody', contact: 'https://example.org/contact' });
    expect(script('release-check.ts', ['--publisher'])).toEqual({ status: 0, stderr: '' });
    expect(script('release-check.ts').stderr).toMatch(/^server\.json is not of this release.*\npackage\.json is not of this release/);
    expect(script('release.ts').status).toBe(0);
    expect(script('release-check.ts')).toEqual({ status: 0, stderr: '' });
    const { version } = read('package.json');
    expect(read('package.json')).toMatchObject({ mcpName: 'io.github.somebody/aleph-agent', bin: { 'aleph-agent': 'bin/aleph-agent.js' } });
    expect(read('server.json')).toMatchObject({
      name: 'io.github.somebody/aleph-agent',
      version,
      packages: [{ version, identifier: 'aleph-agent' }],
    });
  });

  it('is refused with files of another version', () => {
    put('package.json', { ...read('package.json'), version: '9.9.9' });
    expect(script('release-check.ts').stderr).toMatch(/^server\.json[^\n]*\nplugins\/claude is not of this release/);
  });
});
