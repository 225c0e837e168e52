import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { homeFolders } from '../../../src/adapters/host/home.ts';
import { laxModes } from '../../../src/adapters/host/lax-modes.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

describe('where everything lives', () => {
  it('is one folder with ALEPH_AGENT_HOME', () => {
    const folders = homeFolders({ ALEPH_AGENT_HOME: '/somewhere' });
    expect(folders).toEqual({
      settings: '/somewhere/settings.json',
      keys: '/somewhere/keys',
      ledger: '/somewhere/ledger.sqlite',
      devnet: '/somewhere/devnet',
      cache: '/somewhere/cache',
      ssh: '/somewhere/ssh',
      alerts: '/somewhere/alerts.json',
      logs: '/somewhere/logs',
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
    expect(laxModes(folders)).toEqual([{ path: join(home, 'keys'), mode: '0755', folder: true }]);
    chmodSync(folders.keys, 0o700);
    expect(laxModes(folders)).toEqual([]);
  });
});
