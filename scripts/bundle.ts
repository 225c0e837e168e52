import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeBundle } from './clients/make-bundle.ts';
import { mcpbVersion } from './clients/mcpb-version.ts';
import { readFacts } from './clients/read-facts.ts';

/** `npm run bundle`: packs `aleph-agent-VERSION.mcpb` here, for the release's page; it is in no commit and in no package. */
const folder = mkdtempSync(join(tmpdir(), 'aleph-agent-bundle-'));
const { pack } = readFacts();
const file = resolve(`${pack.name}-${pack.version}.mcpb`);
try {
  makeBundle(folder);
  const tool = ['--yes', `@anthropic-ai/mcpb@${mcpbVersion}`];
  for (const words of [
    ['validate', join(folder, 'manifest.json')],
    ['pack', folder, file],
  ]) {
    const { status } = spawnSync('npx', [...tool, ...words], { stdio: 'inherit' });
    if (status !== 0) process.exit(1);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
