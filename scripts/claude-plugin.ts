import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claudeFiles } from './clients/claude-files.ts';

/** `npm run plugins`: writes the plugin for Claude Code, and the marketplace that it stands in, anew. */
const folder = 'plugins/claude';

rmSync(folder, { recursive: true, force: true });
for (const { path, text } of await claudeFiles()) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
