import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, outcomesOf, ran, type Stage, skipped } from './stage.ts';

/** @aleph-sdk/evm 1.8.0 uses them and does not name them. */
const unnamed = { bip39: '^3.1.0', 'decimal.js': '^10.4.0' } as const;

const packages = ['account', 'client', 'core', 'ethereum', 'evm', 'message'] as const;

/** The published TypeScript SDK, in the versions that this project is built with. */
export const npmSdk: Stage = {
  name: 'npm',
  async run(place) {
    const { folder } = place;
    const versions = packages.map((name) => {
      const { version } = JSON.parse(readFileSync(join('node_modules/@aleph-sdk', name, 'package.json'), 'utf8')) as { version: string };
      return [`@aleph-sdk/${name}`, version] as const;
    });
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, type: 'module', dependencies: { ...Object.fromEntries(versions), ...unnamed } }),
    );
    const client = `@aleph-sdk/client ${Object.fromEntries(versions)['@aleph-sdk/client']}`;
    const installed = await ran('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
    if (installed.exit !== 0) return skipped(client, `npm cannot install it here: ${installed.stderr.slice(-200)}`);
    copyFileSync(join(import.meta.dirname, 'flows.mjs'), join(folder, 'flows.mjs'));
    return outcomesOf(client, await ran(process.execPath, ['flows.mjs'], folder, environmentOf(place)));
  },
};
