import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { privateFiles } from '../../../src/adapters/host/private-files.ts';
import { openSettings } from '../../../src/adapters/settings/open-settings.ts';
import { temporaryHome } from '../../support/temporary-home.ts';

const lab = { ccn: ['https://ccn.example'], crnsList: 'https://list.example/crns.json', scheduler: 'https://scheduler.example' };

const settingsWith = (document: unknown) => {
  const file = join(temporaryHome(), 'settings.json');
  if (document !== undefined) writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document), { mode: 0o600 });
  return { file, settings: openSettings({ file, files: privateFiles(), ignored: false }) };
};

describe('settings', () => {
  it('are empty where there is no file', () => {
    const { settings } = settingsWith(undefined);
    expect(settings.chosenKey('mainnet')).toBeNull();
    expect(settings.networks()).toEqual({});
  });

  it('keep the chosen keys, 0600, beside what a person wrote', async () => {
    const { file, settings } = settingsWith({ networks: { lab } });
    await settings.chooseKey('mainnet', 'main');
    await settings.chooseKey('lab', 'other');
    await settings.chooseKey('mainnet', 'second');
    expect(settings.chosenKey('mainnet')).toBe('second');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ networks: { lab }, chosenKey: { mainnet: 'second', lab: 'other' } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('are made 0600 on the first choice', async () => {
    const { file, settings } = settingsWith(undefined);
    await settings.chooseKey('devnet', 'dev');
    expect(openSettings({ file, files: privateFiles(), ignored: false }).chosenKey('devnet')).toBe('dev');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('fill in what a network leaves out', () => {
    const { settings } = settingsWith({ networks: { lab } });
    expect(settings.networks()).toEqual({ lab: { ...lab, rpc: null, control: null } });
  });

  it.each([
    ['policy', { policy: {} }, 'policy'],
    ['a flag of a network', { networks: { lab: { ...lab, insecure: true } } }, 'networks.lab.insecure'],
    ['no URL', { networks: { lab: { ...lab, scheduler: 'scheduler' } } }, 'networks.lab.scheduler'],
    ['another scheme', { networks: { lab: { ...lab, ccn: ['file:///etc/passwd'] } } }, 'networks.lab.ccn.0'],
    ['no host', { networks: { lab: { ...lab, ccn: [] } } }, 'networks.lab.ccn'],
    ['a network that is built in', { networks: { mainnet: lab } }, 'networks.mainnet'],
    ['a key that is no name', { chosenKey: { mainnet: '../../etc' } }, 'chosenKey.mainnet'],
  ])('refuse %s and name the key', async (_what, document, key) => {
    const { file, settings } = settingsWith(document);
    expect(() => settings.networks()).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', details: expect.objectContaining({ facts: { path: file, key } }) }),
    );
    await expect(settings.chooseKey('mainnet', 'main')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
  });

  it('refuse what is not JSON', () => {
    const { settings } = settingsWith('{ "networks": ');
    expect(() => settings.networks()).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('not JSON') }),
    );
  });
});
