import { basename, dirname } from 'node:path';
import type { PrivateFiles } from '../../ports/private-files.ts';
import type { Settings } from '../../ports/settings.ts';
import { readSettingsFile, type SettingsDocument } from './settings-file.ts';

/**
 * The settings in this file (`….json`). Every start reads them, so reading is a plain read; `conf` costs 70 ms to load and is there for
 * what is seldom: writing (atomically, with what other processes wrote since).
 */
export const openSettings = ({ file, files }: { file: string; files: PrivateFiles }): Settings => {
  let known: SettingsDocument | null = null;
  const read = (): SettingsDocument => {
    known ??= readSettingsFile(file, files);
    return known;
  };
  return {
    chosenKey: (network) => read().chosenKey[network] ?? null,
    networks: () => read().networks,
    async chooseKey(network, key) {
      // refuses a file that a person is in the middle of editing, before anything is written to it
      readSettingsFile(file, files);
      files.create(file, '{}\n');
      const { default: Conf } = await import('conf');
      const conf = new Conf<Partial<SettingsDocument>>({
        cwd: dirname(file),
        configName: basename(file, '.json'),
        projectName: 'aleph-agent',
        configFileMode: 0o600,
        accessPropertiesByDotNotation: false,
      });
      conf.set('chosenKey', { ...conf.get('chosenKey'), [network]: key });
      known = null;
    },
  };
};
