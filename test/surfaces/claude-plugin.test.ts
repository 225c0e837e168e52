import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claudeFiles } from '../../scripts/clients/claude-files.ts';

const folder = resolve(import.meta.dirname, '../../plugins/claude');

describe('W-016 the plugin for Claude Code', () => {
  it('is what its sources make of it, to the byte: npm run plugins', async () => {
    const files = await claudeFiles();
    const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(there.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()).toEqual(
      files.map(({ path }) => path).sort(),
    );
    for (const { path, text } of files) expect({ path, text: readFileSync(join(folder, path), 'utf8') }).toEqual({ path, text });
  });

  it('is packed, and of the package’s own version', () => {
    const { version, files } = JSON.parse(readFileSync(resolve(folder, '../../package.json'), 'utf8')) as {
      version: string;
      files: string[];
    };
    expect(files).toContain('plugins');
    expect(JSON.parse(readFileSync(join(folder, '.claude-plugin/plugin.json'), 'utf8'))).toMatchObject({ version });
  });
});
