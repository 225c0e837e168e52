import { homeFolders } from '../../src/adapters/host/home.ts';
import { privateFiles } from '../../src/adapters/host/private-files.ts';
import { systemRandom } from '../../src/adapters/host/random.ts';
import { openKeystore } from '../../src/adapters/keystore/open-keystore.ts';
import { openSettings } from '../../src/adapters/settings/open-settings.ts';

/** The real keystore and settings in this folder; `passphrase` is what unlocking is answered with, or each try of it. */
export const keystoreAt = (home: string, options: { account?: string; passphrase?: string | readonly string[] } = {}) => {
  const folders = homeFolders({ ALEPH_AGENT_HOME: home });
  const files = privateFiles();
  const settings = openSettings({ file: folders.settings, files, ignored: false });
  const asked: string[] = [];
  const tries = [options.passphrase ?? ''].flat();
  const keys = openKeystore({
    folder: folders.keys,
    files,
    settings,
    clock: { now: () => Date.UTC(2026, 10, 20) },
    random: systemRandom(),
    passphrase: async ({ name }, wrong) => {
      asked.push(name);
      return tries[wrong] ?? null;
    },
    account: options.account ?? null,
  });
  return { keys, settings, folders, files, asked };
};
