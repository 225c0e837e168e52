import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeFolders } from '../../../src/adapters/host/home.ts';
import { laxModes, tightenModes } from '../../../src/adapters/host/lax-modes.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

describe('where everything lives', () => {
  it('is one folder with ALEPH_AGENT_HOME', () => {
    const folders = homeFolders({ ALEPH_AGENT_HOME: '/somewhere' });
    expect(folders).toEqual({
      settings: '/somewhere/settings.json',
      safe: '/somewhere/safe',
      joined: '/somewhere/joined.json',
      keys: '/somewhere/keys',
      ledger: '/somewhere/ledger.sqlite',
      devnet: '/somewhere/devnet',
      cache: '/somewhere/cache',
      ssh: '/somewhere/ssh',
      alerts: '/somewhere/alerts.json',
      logs: '/somewhere/logs',
      clients: '/somewhere/clients.json',
    });
  });

  it("is in the platform's own folders otherwise, an empty variable included", () => {
    const folders = homeFolders({ ALEPH_AGENT_HOME: '' });
    expect(folders).toEqual(homeFolders({}));
    for (const path of Object.values(folders)) {
      expect(path).toContain('aleph-agent');
      expect(path).not.toContain('nodejs');
    }
    expect(folders.keys.startsWith(process.env.XDG_DATA_HOME ?? homedir())).toBe(true);
  });

  it('reports folders that others may enter, and only those', () => {
    const home = temporaryHome();
    const folders = homeFolders({ ALEPH_AGENT_HOME: home });
    expect(laxModes(folders)).toEqual([]);
    mkdirSync(folders.keys);
    chmodSync(folders.keys, 0o755);
    expect(laxModes(folders)).toEqual([{ path: join(home, 'keys'), mode: '0755', folder: true, ours: true }]);
    chmodSync(folders.keys, 0o700);
    expect(laxModes(folders)).toEqual([]);
  });

  it('reports the key of a safe, and the token of an agent, that others may read', () => {
    const folders = homeFolders({ ALEPH_AGENT_HOME: temporaryHome() });
    mkdirSync(folders.safe, { mode: 0o700 });
    const files = [folders.joined, join(folders.safe, 'key.pem')];
    for (const file of files) {
      writeFileSync(file, '');
      chmodSync(file, 0o640);
    }
    expect(tightenModes(folders).map(({ path }) => path)).toEqual(files);
    expect(laxModes(folders)).toEqual([]);
  });

  it('closes its own files, and nothing that lies behind a link, be it the folder', () => {
    const folders = homeFolders({ ALEPH_AGENT_HOME: temporaryHome() });
    const elsewhere = temporaryHome();
    const [other, own] = [join(elsewhere, 'other.txt'), folders.settings];
    for (const file of [other, own]) {
      writeFileSync(file, '');
      chmodSync(file, 0o666);
    }
    symlinkSync(elsewhere, folders.keys);
    expect(laxModes(folders).map(({ path, ours }) => [path, ours])).toEqual([
      [own, true],
      [join(folders.keys, 'other.txt'), false],
    ]);
    expect(tightenModes(folders).map(({ path }) => path)).toEqual([own]);
    expect([own, other].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o666]);
  });
});
