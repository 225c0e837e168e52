import { basename, dirname } from 'node:path';
import type { PrivateFiles } from '../../ports/host/private-files.ts';
import type { Settings } from '../../ports/settings.ts';
import { checkSettings, rawSettings, readSettingsFile, type SettingsDocument } from './settings-file.ts';

type Raw = Record<string, unknown>;

/**
 * The settings in this file (`….json`). Every start reads them, so reading is a plain read; `conf` costs 70 ms to load and is there for
 * what is seldom: writing (atomically, with what other processes wrote since). `ignored`: the file stands as if it were not there, for a
 * call that goes on although the file cannot be used.
 */
export const openSettings = ({ file, files, ignored }: { file: string; files: PrivateFiles; ignored: boolean }): Settings => {
  let known: SettingsDocument | null = ignored ? checkSettings({}, file) : null;
  const read = (): SettingsDocument => {
    known ??= readSettingsFile(file, files);
    return known;
  };
  const put: Settings['put'] = async (path, value) => {
    // refuses a file that a person is in the middle of editing, before anything is written to it
    readSettingsFile(file, files);
    checkSettings(changed(rawSettings(file, files) as Raw, path, value), file);
    files.create(file, '{}\n');
    const { default: Conf } = await import('conf');
    const conf = new Conf<Raw>({
      cwd: dirname(file),
      configName: basename(file, '.json'),
      projectName: 'aleph-agent',
      configFileMode: 0o600,
    });
    conf.store = changed(conf.store, path, value);
    known = null;
  };
  return {
    path: file,
    check: () => void readSettingsFile(file, files),
    chosenKey: (network) => read().chosenKey[network] ?? null,
    chosenKeys: () => read().chosenKey,
    chooseKey: (network, key) => put(['chosenKey', network], key),
    networks: () => read().networks as ReturnType<Settings['networks']>,
    values: () => read().values,
    topUp: () => read().topup,
    put,
  };
};

/** The document with this value at this path; null takes it out, and whatever is empty without it. */
const changed = (document: Raw, [key = '', ...below]: readonly string[], value: unknown): Raw => {
  const { [key]: there, ...rest } = document;
  if (below.length === 0) return value === null ? rest : { ...document, [key]: value };
  const inner = changed(Object(there) as Raw, below, value);
  return Object.keys(inner).length === 0 ? rest : { ...document, [key]: inner };
};
